/** Styles of these pages alone; part of the studio's one sheet (infra/studio/assets.ts). */
export const JOURNEYS_STYLE = `
.journey-head{display:flex;flex-wrap:wrap;gap:8px 14px;align-items:center}.journey-head h1{margin:0}.journey-head .button{margin-left:auto}
.journey-page{display:grid;grid-template-columns:minmax(0,1.36fr) minmax(0,1fr);gap:24px;margin-top:18px;align-items:start}
.journey-page .board{padding:22px 14px;overflow:auto;grid-row:span 2;position:sticky;top:16px;max-height:calc(100vh - 32px)}.journey-page h2{margin:28px 0 8px}.journey-page .beside h2:first-child{margin-top:0}
.journey-page .edit{grid-column:2}
svg.picture{display:block;margin:0 auto;max-width:none;font-family:system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",sans-serif}
svg.picture.narrow{display:none}
svg.picture rect{fill:var(--card);stroke:var(--line);stroke-width:1.5}
svg.picture .title{font-size:14px;font-weight:600;fill:var(--ink)}svg.picture .detail{font-size:12.5px;fill:var(--soft)}
svg.picture .figure{font-size:12.5px;fill:var(--good);font-weight:600;font-variant-numeric:tabular-nums}
svg.picture .way{font-size:12.5px;font-weight:600;fill:var(--soft)}
svg.picture .edge{fill:none;stroke:var(--soft);stroke-width:1.5;opacity:.75}svg.picture .arrow{fill:none;stroke:var(--soft);stroke-width:1.5;stroke-linecap:round;stroke-linejoin:round}
svg.picture .icon{fill:none;stroke:var(--soft);stroke-width:1.5;stroke-linecap:round;stroke-linejoin:round}
svg.picture .trigger rect{fill:var(--tint);stroke:var(--accent)}svg.picture .trigger .icon,svg.picture .send .icon{stroke:var(--accent)}
svg.picture .wait rect,svg.picture .wait_until rect{stroke-dasharray:5 4;fill:var(--paper)}
svg.picture .send rect{stroke:var(--accent)}svg.picture a{text-decoration:none}svg.picture a:hover rect{fill:var(--tint)}
svg.picture .branch rect{fill:var(--wait-bg);stroke:var(--wait)}svg.picture .branch .icon{stroke:var(--wait)}
svg.picture .unreadable rect{fill:var(--stop-bg);stroke:var(--stop)}svg.picture .unreadable .icon{stroke:var(--stop)}
svg.picture .end rect{fill:var(--plain-bg);stroke:none}svg.picture .end .title{font-size:13px;fill:var(--plain)}
.journey-page .facts{grid-template-columns:110px 1fr;margin:0}.journey-page .facts dd{grid-column:2}
.journey-steps ol,.journey-steps ul{margin:4px 0;padding-left:22px}.journey-steps li{margin:7px 0;line-height:1.45}.journey-steps>ol{padding-left:20px}
.journey-steps .detail{display:block;color:var(--soft);font-size:14px}.journey-steps .detail code{font-size:12.5px;overflow-wrap:anywhere}.journey-steps .figures{color:var(--good);font-weight:550}
.journey-steps a{display:inline-block}
.journey-edit textarea{min-height:380px;white-space:pre;overflow:auto;tab-size:2}.cm-editor.yaml{border:1px solid var(--line);border-radius:10px;max-height:70vh;overflow:hidden}.cm-editor.yaml.cm-focused{outline:3px solid var(--accent);outline-offset:1px}
[data-script="on"] .journey-edit button[formaction]{display:none}.journey-edit .buttons{margin-top:10px;align-items:center}
.journey-page .problems{border-color:var(--stop);margin:0 0 12px}.journey-page .problems h2{margin:10px 0 4px;font-size:16px;color:var(--stop)}.problems li{margin:4px 0;overflow-wrap:anywhere}
.fine{color:var(--good)}
@media(max-width:1000px){.journey-page{grid-template-columns:minmax(0,1fr)}.journey-page .edit{grid-column:1}.journey-page .board{position:static;max-height:none}}
@media(max-width:760px){svg.picture.wide{display:none}svg.picture.narrow{display:block}.journey-page .board{padding:14px 0;border:0;background:none;box-shadow:none}
.journey-page .facts{grid-template-columns:1fr}.journey-page .facts dd{grid-column:1;margin:0}.journey-page .facts dt{margin-top:8px}}
`;
