import type { Texts } from '../texts.ts';

/** First-strong isolate and its end: a Latin name keeps its own direction, and turns nothing around it. */
const isolated = (name: string): string => `\u2068${name}\u2069`;

/** Nouns of action instead of commands: these have a gender. */
export const arabic: Texts = {
  topics: { offers: 'العروض', feedback: 'طلبات التقييم', reminders: 'رسائل التذكير' },
  leaveTitle: 'إلغاء الاشتراك',
  leaveAskAll: (shop) => `هل ترغب في ألا يرسل إليك متجر ${isolated(shop)} رسائل تسويقية بعد الآن؟`,
  leaveAsk: (shop) => `ما الذي ينبغي أن يتوقف متجر ${isolated(shop)} عن إرساله إليك؟`,
  leaveAll: 'كل الرسائل التسويقية',
  leaveOnly: (topic) => `هذه فقط: ${topic}`,
  leaveButton: 'إلغاء الاشتراك',
  leftTitle: 'تم إلغاء اشتراكك',
  leftAll: (shop) => `لن يرسل إليك متجر ${isolated(shop)} رسائل تسويقية بعد الآن.`,
  leftOnly: (topic) => `لن تصلك بعد الآن: ${topic}.`,
  leftOrders: 'ستبقى تصلك الرسائل المتعلقة بطلباتك. يمكنك إغلاق هذه الصفحة.',
  surveyTitle: {
    nps: 'ما رأيك في تجربتك معنا؟',
    csat: 'ما رأيك في تجربتك معنا؟',
    'yes-no': 'إجابتك',
  },
  surveyAsk: {
    nps: (shop) => `ما مدى احتمال توصيتك بمتجر ${isolated(shop)} لأحد الأصدقاء؟`,
    csat: (shop) => `ما مدى رضاك عن متجر ${isolated(shop)}؟`,
    'yes-no': (shop) => `إجابتك لمتجر ${isolated(shop)}:`,
  },
  surveyEnds: {
    nps: ['غير محتمل إطلاقًا', 'محتمل جدًا'],
    csat: ['رضا منخفض جدًا', 'رضا تام'],
    'yes-no': ['لا', 'نعم'],
  },
  surveyComment: 'هل لديك ما تود إضافته؟ (اختياري)',
  surveyMissing: 'يُرجى اختيار إجابة.',
  surveyButton: 'إرسال',
  thanksTitle: 'شكرًا لك',
  thanks: 'تم حفظ إجابتك. يمكنك إغلاق هذه الصفحة.',
  brokenTitle: 'هذا الرابط لا يعمل',
  broken: 'ربما اقتُطع جزء منه. يُرجى استخدام الرابط الموجود في الرسالة نفسها.',
  expired: 'إنه قديم جدًا. لم يتغير شيء.',
};
