/**
 * Preset dictionaries of `state-codec.ts`: text that customer items have in common, the most frequent last
 * (deflate reaches the end of it with the shortest distances). Append a new one when the facts change
 * shape much; never edit one that was deployed, since stored items need it to be read.
 */
const FIRST = [
  '"kind":"profile","id":""},"kind":"customer","id":""},"kind":"view","id":"',
  '"transactional","topic":"reminders","topic":"offers","purpose":"marketing","topic":"feedback",',
  '"deferred-promotion-paused","deferred-week-cap","deferred-day-cap","deferred-gap","deferred-quiet-hours"',
  '"win-back","step":"reorder","step":"feedback-reply","step":"feedback","step":"abandoned-cart","step":',
  '"post-purchase","step":"thank-you","second","reminder","survey","invitation","review","first","helpful",',
  '"template":"abandoned-cart/reminder","template":"post-purchase/thank-you","template":"feedback/survey",',
  '"hardBounceAt":17,"complaintAt":17,"softBounces":[[17',
  '"sealed":{"count":1,"totals":[["EUR",1000]],"firstAt":17,"size":1,"watermark":[17,""],"filter":"AAAA',
  '"cancelled":{"at":17},"refunds":[{"at":17,"id":"","amount":',
  '"cartsFloor":17,"feedback":[{"at":17,"survey":"nps","occasion":"","score":9,"key":"',
  '"expiresAt":17,"edits":[["',
  '"unverified","quiet":"history"',
  '"candidates":[{"message":{"id":"","journey":"","step":"","occasion":"","template":"","release":"",',
  '"priority":50,"notBefore":17,"told":["deferred-quiet-hours",17',
  '"late":1,"plannedAt":17,"depth":1,"from":17,"subject":{"kind":"cart","id":"","key":{"pk":"ALIAS#',
  '"subject":{"kind":"order","id":"","key":{"pk":"ALIAS#","sk":"EVENT#2026-11-01T00:00:00.000Z#',
  '{"journey":"","release":"","occasion":"","subject":{"kind":"product","startedAt":17,"expiresAt":17,"step":"',
  '"store","USD","GBP","app","gift":1,"shipped":{"at":17,"lag":60000},"delivered":{"at":17},',
  '{"facts":{"profile":{"email":["@gmail.com",17],"firstName":["",17],"locale":["en",17],',
  '"timezone":["Europe/London",17],"country":["DE",17]},"identified":{"at":17,"lag":1000},',
  '"orders":[{"id":"","placed":{"at":17,"lag":1000},"key":"","total":1000,"currency":"EUR",',
  '"lines":[["",1],["",2]],"pieces":1,"channel":"web"},{"id":"',
  '],"carts":[{"id":"","last":{"at":17,"lag":1000},"whole":{"at":17,"key":"","lines":[["",1]]}},{"id":"',
  '],"feedback":[],"views":[{"at":17,"product":"","key":"","lag":1000},{"at":17,"product":"',
  '],"searches":[["",17],"consent":{"given":[{"at":17,"topic":"*","lag":1000}],"withdrawn":[{"topic":"*","at":17',
  '],"identifiedYes":17,"identifiedNo":17},"reach":{}},',
  '"runtime":{"runs":[],"candidates":[],"recent":[],"done":{"":20000,"":0},"starts":[["",17]],"wokeAt":17}}',
].join('');

export const DICTIONARIES: readonly string[] = [FIRST];
