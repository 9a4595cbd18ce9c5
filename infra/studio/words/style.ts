/** Styles of these pages alone; part of the studio's one sheet (infra/studio/assets.ts). */
export const WORDS_STYLE = `
.words-head{display:flex;flex-wrap:wrap;gap:8px 16px;align-items:center;justify-content:space-between}
.folders{margin:12px 0 0;flex-wrap:wrap}.folders a{border:1px solid var(--line);border-radius:99px}
.filter{display:grid;grid-template-columns:minmax(180px,1fr) minmax(180px,1fr) auto auto;gap:12px 20px;align-items:end;margin:18px 0}
.filter p{margin:0}fieldset{border:0;padding:0;margin:0;min-width:0}legend{font-weight:550;font-size:15px;padding:0;margin:0 0 4px}
.filter fieldset{display:flex;flex-wrap:wrap;gap:0 14px}.filter legend{float:left;width:100%}
.tick{display:inline-flex;gap:8px;align-items:center;font-weight:400;min-height:44px;margin:0;cursor:pointer;white-space:nowrap}
.tick input{width:18px;height:18px;accent-color:var(--accent);margin:0;flex:none}
.ends{display:flex;flex-wrap:wrap;gap:8px 14px;align-items:center}
.words{overflow:auto;max-height:calc(100vh - 96px);border-radius:14px}
.words table{border-collapse:separate;border-spacing:0;min-width:900px;table-layout:fixed}
.words thead th{position:sticky;top:0;z-index:2;background:var(--card);border-bottom:1px solid var(--line);white-space:normal;padding:12px 12px 10px}
.words thead th:first-child{width:200px}
.language{font-size:15px;font-weight:650;color:var(--ink)}.marks{display:flex;flex-wrap:wrap;gap:4px;margin-top:5px}.marks .pill,.places .pill,.mark{font-size:12px;padding:1px 9px}
.words tbody th,.words td{vertical-align:top;border-bottom:1px solid var(--line)}
.words tr.group th{font-size:14px;font-weight:650;padding:9px 14px;background:var(--tint);position:sticky;left:0}.words tr.group a{font-weight:500;margin-left:10px}
.words th.key{position:sticky;left:0;z-index:1;background:var(--card);font-weight:500;white-space:normal;border-right:1px solid var(--line);overflow-wrap:anywhere;padding:10px 14px}
.key code{font-size:13.5px;color:var(--ink)}.places{display:flex;flex-wrap:wrap;gap:3px 5px;margin-top:4px}.places code{font-size:12px;background:var(--plain-bg);color:var(--plain);padding:0 6px;border-radius:6px}
.key .note{display:block;font-size:13px;font-weight:400}
.words .uses,.words .uses ul{border:0;background:none;margin:2px 0 0;padding:0;list-style:none;font-size:13px;font-weight:400;border-radius:0}
.words .uses summary{padding:4px 0;min-height:26px;color:var(--soft);font-weight:400}.words .uses a{display:inline-block;padding:3px 0}
.words td{padding:5px 6px}.words td.missing{background:var(--stop-bg)}.words td.is-wrong{box-shadow:inset 3px 0 0 var(--stop)}
.word{display:block;position:relative;scroll-margin:120px}.words td:target{scroll-margin:120px;box-shadow:inset 0 0 0 2px var(--accent)}
.word textarea,.new-word textarea{font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",sans-serif;min-height:0;resize:vertical;field-sizing:content}
.word textarea{display:block;border:1px solid transparent;background:transparent;border-radius:8px;padding:6px 8px;min-height:36px;overflow-wrap:anywhere}
.word textarea:hover{border-color:var(--line)}.word textarea:focus{background:var(--card);border-color:var(--accent)}
.word.changed textarea{background:var(--card);border-color:var(--wait)}.missing .word textarea{border-color:var(--line);background:var(--card)}
@supports(field-sizing:content){.word textarea{resize:none}}
.category{display:block;font-size:12.5px;font-weight:400;color:var(--soft);margin:4px 8px 1px}.category b{color:var(--ink);font-weight:600}
.mark{margin:4px 8px}
.word .save{position:absolute;width:1px;height:1px;min-height:0;padding:0;overflow:hidden;clip-path:inset(50%);border:0}
.word:focus-within .save,.word.open .save,.word.changed .save{position:static;width:auto;height:auto;clip-path:none;min-height:36px;padding:4px 14px;margin:4px 0 4px;border:1px solid var(--accent);background:var(--accent);color:var(--accent-ink)}
.said{font-size:13px;padding:0 8px}.said:empty{display:none}.said .ok{color:var(--good);font-weight:600}.said button{min-height:36px;padding:4px 12px;font-size:14px;margin:4px 4px 4px 0}
.wrong{list-style:none;margin:3px 0;padding:0;color:var(--stop);font-size:13px;line-height:1.4;overflow-wrap:anywhere}
.none{padding:24px}.problems{padding:4px 20px 12px;margin:14px 0}.problems h2{margin:12px 0 4px}.problems ul{margin:0;padding-left:18px}
.both{display:grid;grid-template-columns:1fr 1fr;gap:20px;margin-top:20px}.both .card{padding:4px 22px 22px;overflow-wrap:anywhere}.both h2{margin-top:18px}.said-text{font-size:18px}
.new-word{margin-top:20px;max-width:760px}.new-word .ends{margin:16px 0}.languages{display:grid;gap:18px;margin-bottom:20px}.new-word small{font-weight:400;color:var(--soft)}.new-word .category{margin-left:0}
.new-word .is-wrong textarea{border-color:var(--stop)}
@media(max-width:1000px){.filter{grid-template-columns:1fr 1fr}.filter fieldset,.filter .ends{grid-column:1/-1}}
@media(max-width:760px){.filter{grid-template-columns:1fr}.both{grid-template-columns:1fr}
.folders{flex-wrap:nowrap;overflow-x:auto;margin-inline:-16px;padding:0 16px 4px}
.words{max-height:none;overflow:visible}.words table{min-width:0}.words table,.words tbody,.words tr,.words th.key,.words td{display:block;width:auto}
.words thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.words th.key{position:static;border-right:0;border-bottom:0;padding:14px 16px 4px}.words tr.group th{display:block;position:static;padding:9px 16px}
.words td{padding:4px 10px 6px}.words td::before{content:attr(data-label);display:block;font-size:12.5px;color:var(--soft);padding:4px 8px 0}}
`;
