/** Styles of these pages alone; part of the studio's one sheet (infra/studio/assets.ts). */
export const MAIL_STYLE = `
:root{--code-tag:#1f6b4a;--code-name:#7a4a12;--code-text:#38536f;--code-word:#8a3b7c;--code-value:#2f52a0;--line-now:#1f6b4a0d;--picked:#1f6b4a2e}
@media(prefers-color-scheme:dark){:root{--code-tag:#7fd0a6;--code-name:#e0b877;--code-text:#a9c4df;--code-word:#dd9fd0;--code-value:#9fb8f2;--line-now:#5fc29212;--picked:#5fc29238}}
.mail-page{display:grid;grid-template-columns:minmax(0,1fr) minmax(0,664px);gap:0 28px;align-items:start}
.mail-head{grid-column:1/-1;margin-bottom:16px}.mail-head h1{margin:0}.crumbs{margin:0 0 2px;font-size:14px;color:var(--soft)}.crumbs a{display:inline-block;padding:4px 0}
.mail-page[data-view=languages],.mail-page[data-view=customers]{grid-template-columns:minmax(0,1fr)}
.write{min-width:0;position:sticky;top:12px;z-index:2}
[data-view=languages] .write,[data-view=customers] .write{position:relative;top:0;margin-bottom:28px}
.preview{min-width:0}
.tabs{display:flex;flex-wrap:wrap;gap:6px;align-items:center;margin-bottom:8px}
.tabs [role=tablist]{display:flex;flex-wrap:wrap;gap:4px}
.tabs [role=tab]{min-height:36px;padding:5px 11px;font-size:14px;border-radius:8px;border-color:transparent;color:var(--soft)}
.tabs [role=tab][aria-selected=true]{background:var(--tint);color:var(--ink);border-color:var(--line)}
.tabs .dot{display:none;width:7px;height:7px;border-radius:9px;background:var(--accent);margin-left:6px;vertical-align:middle}
.tabs .changed .dot{display:inline-block}.tabs .wrong{color:var(--stop);text-decoration:underline wavy;text-underline-offset:4px}
.tabs select{width:auto;min-height:36px;padding:4px 10px;font-size:14px;max-width:210px}
#editor-panel{height:min(58vh,640px);min-height:320px;border:1px solid var(--line);border-radius:12px;overflow:hidden;background:var(--card)}
#editor-panel .cm-editor{height:100%}#editor-panel .cm-editor.cm-focused,.merge .cm-editor.cm-focused{outline:0}#editor-panel:focus-within{outline:3px solid var(--accent);outline-offset:-1px}.merge .cm-focused .cm-scroller{box-shadow:inset 0 0 0 2px var(--accent)}
.cm-diagnostic{white-space:pre-wrap}
.tools{display:flex;flex-wrap:wrap;gap:8px;align-items:center;margin:10px 0 4px}.tools #told{margin:0;font-size:14px;color:var(--soft);flex:1;min-width:200px}
.findings details{margin-top:12px;font-size:14px}.findings details ul{padding:0 12px 12px}.findings h2{margin:20px 0 6px}.findings ul{list-style:none;margin:0;padding:0;display:grid;gap:6px}
.findings li{border-left:4px solid var(--stop);background:var(--stop-bg);border-radius:0 8px 8px 0;padding:8px 12px;font-size:14px;overflow-wrap:anywhere}
.findings li.warning{border-color:var(--wait);background:var(--wait-bg)}
.findings .place{display:block;font:13px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;border:0;padding:2px 0;min-height:24px;text-align:left;text-decoration:underline;text-underline-offset:3px;color:var(--ink)}
.findings span.place{text-decoration:none}.findings li span:last-child{display:block}
.listings details{margin:0 0 10px}.listing{counter-reset:line;white-space:pre;overflow:auto;max-height:480px}
.listing code{counter-increment:line;display:block;color:var(--ink);min-height:1.5em}.listing code::before{content:counter(line);display:inline-block;width:3ch;margin-right:2ch;text-align:right;color:var(--soft)}
.listing code.wrong{background:var(--stop-bg)}
.looks{display:grid;gap:12px;margin-bottom:12px}
.views{border:1px solid var(--line);border-radius:10px;padding:3px;margin:0;display:flex;flex-wrap:wrap;gap:2px;background:var(--card)}
.views label{margin:0;position:relative}.views input{position:absolute;inset:0;opacity:0;margin:0;cursor:pointer}
.views span{display:block;padding:7px 13px;border-radius:8px;font-size:14px;color:var(--soft);line-height:1.6}
.views input:checked+span{background:var(--tint);color:var(--ink)}.views input:focus-visible+span{outline:3px solid var(--accent);outline-offset:1px}
.choose{display:flex;flex-wrap:wrap;gap:10px 16px;align-items:end}.choose label{display:grid;gap:3px;font-size:13px;color:var(--soft);margin:0;font-weight:500}.choose select{max-width:230px;min-width:130px;font-size:15px}
.choose .check{display:flex;align-items:center;gap:7px;min-height:44px;font-size:15px;color:var(--ink)}.check input{width:18px;height:18px;accent-color:var(--accent);margin:0}
[data-script=on] .show{display:none}
.meter{display:flex;align-items:center;gap:10px;font-size:14px;color:var(--soft);margin:0 0 12px}.meter meter{width:140px;height:14px}
.cards{display:flex;gap:24px;align-items:flex-start;overflow-x:auto;padding:2px 2px 16px}
.paper{transition:opacity .2s}.stale .paper{opacity:.45;transition-delay:.8s}#preview.stale #meter{display:none}#stale{margin:0 0 12px;min-height:21px}.cards:focus-visible{outline-offset:4px}
.preview-card{flex:none;width:642px}
[data-view=mobile] .preview-card,[data-view=languages] .preview-card,[data-view=customers] .preview-card{width:322px}
.preview-card h3{font-size:15px;margin:0 0 8px;font-weight:600;display:flex;gap:10px;align-items:baseline}.preview-card h3 small{flex:none;font-weight:400;color:var(--soft);font-size:13px}
.preview-card h3 bdi{min-width:0;overflow:hidden;text-overflow:ellipsis;white-space:nowrap;max-width:100%}
.inbox-line{display:flex;gap:14px;border:1px solid var(--line);border-radius:10px;background:var(--card);padding:10px 14px;margin-bottom:8px;font-size:14px;line-height:1.45}
.inbox-line .from{flex:0 0 130px;font-weight:650;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
.inbox-line .says{min-width:0;flex:1;white-space:nowrap;overflow:hidden;text-overflow:ellipsis}.inbox-line .subject{font-weight:650}.inbox-line .preheader{color:var(--soft)}.inbox-line .preheader::before{content:"\\00a0\\2013\\00a0"}
[data-view=mobile] .inbox-line,[data-view=languages] .inbox-line,[data-view=customers] .inbox-line{display:block}
:is([data-view=mobile],[data-view=languages],[data-view=customers]) .inbox-line :is(.from,.says){display:block;white-space:normal}
:is([data-view=mobile],[data-view=languages],[data-view=customers]) .inbox-line .subject{display:block;white-space:nowrap;overflow:hidden;text-overflow:ellipsis}
:is([data-view=mobile],[data-view=languages],[data-view=customers]) .inbox-line .preheader{display:-webkit-box;-webkit-line-clamp:2;-webkit-box-orient:vertical;overflow:hidden;height:2.9em}
:is([data-view=mobile],[data-view=languages],[data-view=customers]) .inbox-line .preheader::before{content:none}
.inbox-line[dir=rtl] .from{text-align:right}[data-view=text] .preview-card{width:100%;max-width:642px}.plain-form{margin:0;padding:0 18px 12px}.preview-card .note{margin:0 0 8px}
.paper{position:relative;border:1px solid var(--line);border-radius:10px;overflow:hidden;background:#fff}
.paper iframe{border:0;border-radius:0;height:760px;background:transparent;color-scheme:light}
.paper iframe.next{position:absolute;inset:0;visibility:hidden}
.plain-text{background:var(--card);border:1px solid var(--line);border-radius:10px;margin:0;max-height:70vh}
.not-sent{background:var(--wait-bg);color:var(--wait);border-radius:10px;padding:14px 16px;font-size:15px;overflow-wrap:anywhere}
.conflict{width:min(1300px,94vw);max-height:92vh;border:1px solid var(--line);border-radius:16px;padding:22px 26px;background:var(--card);color:var(--ink)}
.conflict::backdrop{background:#0008}.conflict h2{margin:0 0 6px}.conflict .merge{border:1px solid var(--line);border-radius:10px;overflow:auto;max-height:60vh;margin-bottom:16px;min-width:0}
.conflict .sides{display:grid;grid-template-columns:1fr 1fr;font-size:14px;color:var(--soft);gap:34px;margin-bottom:4px}
.merge .cm-merge-revert button{min-height:24px;padding:0;border:0;color:var(--accent)}
@media(max-width:1180px){.mail-page{grid-template-columns:minmax(0,1fr)}.write{position:relative;top:0;margin-bottom:28px}}
@media(max-width:700px){#editor-panel{height:46vh;min-height:280px}.views span{padding:7px 9px}.choose label:not(.check){flex:1 1 130px}.choose select{max-width:none;min-width:0}.inbox-line .from{flex-basis:80px}}
`;
