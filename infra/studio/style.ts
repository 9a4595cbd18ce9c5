/** What the studio's pages have beyond the sheet of the local pages: the same colours, light and dark. */
export const STUDIO_STYLE = `
.skip{position:absolute;left:8px;top:-60px;background:var(--card);padding:10px 14px;border-radius:8px;z-index:9}.skip:focus{top:8px}
.strip{background:var(--tint);border-bottom:1px solid var(--line);font-size:14px;color:var(--ink)}
.strip .wrap{display:flex;flex-wrap:wrap;gap:2px 18px;padding-top:7px;padding-bottom:7px}.strip a{font-weight:550}
main.wrap{padding-top:28px}.wrap.wide{max-width:1800px}
h3{font-size:16px;margin:28px 0 4px;font-weight:650}
.sr{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
label{display:block;font-weight:550;font-size:15px;margin:0 0 4px}
label.check{display:flex;gap:10px;align-items:flex-start;font-weight:400;margin:6px 0 2px}label.check input{width:20px;height:20px;margin:2px 0;flex:none;accent-color:var(--accent)}
input[type=text],input[type=email],select,textarea{font:inherit;color:var(--ink);background:var(--card);border:1px solid var(--line);border-radius:10px;padding:9px 12px;min-height:44px;width:100%}
textarea{font:13px/1.6 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;min-height:320px}
.button{display:inline-flex;align-items:center;font-size:15px;font-weight:550;padding:9px 16px;min-height:44px;border-radius:10px;border:1px solid var(--line);color:var(--ink);text-decoration:none}
.button:hover{border-color:var(--accent);color:var(--accent)}
.inline{display:inline}.inline button{min-height:36px;padding:5px 12px;font-size:14px}
.notice{border-radius:14px;padding:14px 18px;margin:0 0 22px;font-weight:550}.notice ul{margin:0;padding-left:20px;font-weight:400}
.publish{padding:20px 24px;margin:22px 0;max-width:760px}.publish .note{margin:6px 0 14px}.publish button+.note{margin-left:12px}.publish .buttons{margin-top:14px}
.change summary{display:flex;flex-wrap:wrap;gap:4px 12px;align-items:center}.change summary::before{content:'▸';color:var(--soft)}.change[open] summary::before{content:'▾'}
.change summary .name{overflow-wrap:anywhere}
.change .tools{display:flex;flex-wrap:wrap;gap:6px 18px;align-items:center;padding:0 18px 12px;font-size:14px}.change .tools code{overflow-wrap:anywhere}.change .tools a{padding:6px 0}
.change+.note{margin-top:16px}.change .scroll{margin:0;border-top:1px solid var(--line)}
pre.diff,pre.side{color:var(--ink);margin:0}
.diff .line{display:block}.diff .out{background:var(--stop-bg)}.diff .in{background:var(--good-bg)}.diff .skipped{color:var(--soft);display:block}
del,ins{text-decoration:none}td del,.diff del{color:var(--stop)}td ins,.diff ins{color:var(--good)}
td del{background:var(--stop-bg);text-decoration:line-through}td ins{background:var(--good-bg)}
.diff-words td{width:40%;overflow-wrap:anywhere;unicode-bidi:plaintext;text-align:start}.diff-words tbody tr:last-child th{border-bottom:0}.diff-words i{color:var(--soft)}.diff-words tbody th{background:none;font-weight:400;max-width:240px;white-space:normal;overflow-wrap:anywhere}
.found{list-style:none;margin:12px 0 0;padding:0}.found li{padding:12px 18px;border-bottom:1px solid var(--line);font-size:15px}.found li:last-child{border:0}
.found .where{font-weight:550;overflow-wrap:anywhere}.found .what{display:block;overflow-wrap:anywhere;margin-top:2px}
.history{list-style:none;margin:14px 0 0;padding:0}.history li{display:grid;grid-template-columns:110px 1fr auto;gap:4px 18px;padding:14px 18px;border-bottom:1px solid var(--line);align-items:center}
.history li:last-child{border:0}.history .version{font-variant-numeric:tabular-nums}.told{overflow-wrap:anywhere;min-width:0}.told a{font-weight:550}.told small{display:block;color:var(--soft);font-size:14px}
.journey{margin-top:22px;overflow:hidden}.journey header{display:flex;flex-wrap:wrap;gap:2px 16px;align-items:baseline;padding:16px 20px 10px;background:var(--tint);border-bottom:1px solid var(--line)}
.journey h2{margin:0}.journey header .note{margin:0}.journey header .words{margin-left:auto;font-size:15px;padding:4px 0}.journey ul{list-style:none;margin:0;padding:0}
.journey li{display:grid;grid-template-columns:minmax(0,1fr) 190px 170px 150px;gap:2px 18px;padding:12px 20px;border-bottom:1px solid var(--line);font-size:15px}.journey li:last-child{border:0}
.journey .subject{display:block;color:var(--soft)}.journey .purpose,.journey .figures{color:var(--soft);font-size:14px;font-variant-numeric:tabular-nums}.marks{display:flex;flex-wrap:wrap;gap:4px}.journey li .marks{justify-content:flex-end;align-content:flex-start}
.languages{list-style:none;margin:14px 0;padding:0;display:grid;grid-template-columns:repeat(auto-fill,minmax(250px,1fr));gap:12px}.languages li{padding:14px 18px;display:flex;flex-wrap:wrap;gap:4px 10px;align-items:baseline}.languages small{width:100%;color:var(--soft)}
.shared{list-style:none;margin:10px 0 0;padding:0;display:flex;flex-wrap:wrap;gap:4px 20px}.shared a{display:inline-block;padding:5px 0}.save{margin-top:12px}
.sides{display:grid;grid-template-columns:1fr 1fr;gap:20px}.sides section{min-width:0}.sides h2{margin-top:18px}.side{border:1px solid var(--line);border-radius:14px;background:var(--card);max-height:70vh}mark{background:var(--wait-bg);color:inherit;display:block}
.fields{display:grid;grid-template-columns:1fr 1fr;gap:14px 18px}
@media(max-width:760px){.sides,.fields{grid-template-columns:1fr}.history li{grid-template-columns:1fr auto;padding:14px 16px}.history .told{grid-column:1/-1;grid-row:2}
.journey li{grid-template-columns:1fr auto;padding:12px 16px}.journey .told,.journey li .marks:not(:empty){grid-column:1/-1}.journey li .marks{justify-content:flex-start}.journey header{padding:14px 16px 10px}.publish{padding:16px}
.diff-words thead{display:none}.diff-words,.diff-words tbody{display:block}.diff-words tr{display:block;padding:10px 16px;border-bottom:1px solid var(--line)}.diff-words th,.diff-words td{display:block;border:0;padding:2px 0;width:auto;max-width:none}.diff-words td::before{content:attr(data-label) ': ';color:var(--soft);font-size:13px}}
`;
