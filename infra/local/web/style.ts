/** The look of the local pages: one sheet, no assets, light and dark, from 320 px up. */
export const STYLE = `
:root{color-scheme:light dark;--paper:#f6f7f4;--card:#fff;--line:#e2e6de;--ink:#1c2420;--soft:#5d6a62;
--accent:#1f6b4a;--accent-ink:#fff;--tint:#e7f1ea;--good:#1d6a43;--good-bg:#e2f2e8;--wait:#80570b;
--wait-bg:#fbf0d8;--stop:#9a3430;--stop-bg:#fae6e3;--plain:#4d5a66;--plain-bg:#eaeef1;--shadow:0 1px 2px #1c242010,0 6px 20px #1c24200a}
@media(prefers-color-scheme:dark){:root{--paper:#131715;--card:#1b211e;--line:#2c3530;--ink:#e9eeea;--soft:#9aa8a0;
--accent:#5fc292;--accent-ink:#0c1a13;--tint:#1d3026;--good:#82d6aa;--good-bg:#17322450;--wait:#e8bf6a;--wait-bg:#3a2c1080;
--stop:#f0a29b;--stop-bg:#43201d80;--plain:#aebac2;--plain-bg:#29313680;--shadow:none}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",sans-serif}
a{color:var(--accent);text-underline-offset:3px}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px;border-radius:4px}
.wrap{max-width:1120px;margin:0 auto;padding:0 24px}
.bar{border-bottom:1px solid var(--line);background:var(--card)}
.bar .wrap{display:flex;align-items:center;gap:24px;min-height:60px}
.brand{font-weight:650;letter-spacing:-.01em;color:var(--ink);text-decoration:none;display:flex;align-items:center;gap:10px}
.brand{min-height:44px;min-width:24px}.brand svg{display:block}.list a{display:inline-block;padding:2px 0}
nav{display:flex;gap:4px;margin-left:auto}
nav a{white-space:nowrap;color:var(--soft);text-decoration:none;padding:8px 12px;border-radius:8px;font-size:15px}
nav a:hover{color:var(--ink)}nav a[aria-current]{color:var(--ink);background:var(--tint)}
nav b{font-weight:600;font-variant-numeric:tabular-nums}
main.wrap{padding-top:36px;padding-bottom:64px}
h1{font-size:28px;line-height:1.2;letter-spacing:-.02em;margin:0 0 6px;font-weight:650}
h2{font-size:18px;letter-spacing:-.01em;margin:44px 0 4px;font-weight:650}
p{margin:0 0 12px}.lead{color:var(--soft);max-width:62ch}.note{color:var(--soft);font-size:14px;max-width:75ch}
.card{background:var(--card);border:1px solid var(--line);border-radius:14px;box-shadow:var(--shadow)}
.top{display:grid;grid-template-columns:1.2fr 1fr;gap:20px;margin-top:24px}
.clock{padding:22px 24px}
.clock .label,.tile dt{color:var(--soft);font-size:13px;letter-spacing:.02em}
.clock .time{font-size:26px;font-weight:600;letter-spacing:-.02em;font-variant-numeric:tabular-nums;margin:2px 0 14px}
.buttons{display:flex;flex-wrap:wrap;gap:8px;margin:0}
button{font:inherit;font-size:15px;font-weight:550;padding:9px 16px;min-height:44px;border-radius:10px;border:1px solid var(--line);background:transparent;color:var(--ink);cursor:pointer}
button:hover{border-color:var(--accent);color:var(--accent)}
button.first{background:var(--accent);border-color:var(--accent);color:var(--accent-ink)}button.first:hover{filter:brightness(1.07)}
button:disabled{opacity:.45;cursor:not-allowed}
.tiles{display:grid;grid-template-columns:1fr 1fr;gap:1px;background:var(--line);overflow:hidden;margin:0}
.tile{background:var(--card);padding:16px 20px;margin:0}.tile dd{margin:0;font-size:24px;font-weight:600;letter-spacing:-.02em;font-variant-numeric:tabular-nums}
progress{width:100%;height:10px;accent-color:var(--accent)}
.chips{display:flex;flex-wrap:wrap;gap:8px;margin:14px 0 0;padding:0;list-style:none}
.chip,.pill{display:inline-block;border-radius:99px;padding:3px 11px;font-size:13px;font-weight:550;background:var(--plain-bg);color:var(--plain);white-space:nowrap}
.chip b{font-variant-numeric:tabular-nums}
.good{background:var(--good-bg);color:var(--good)}.wait{background:var(--wait-bg);color:var(--wait)}.stop{background:var(--stop-bg);color:var(--stop)}
.scroll{overflow-x:auto;margin-top:14px}
table{border-collapse:collapse;width:100%;font-size:15px}
th{font-weight:500;color:var(--soft);font-size:13px;text-align:left;white-space:nowrap}
th,td{padding:10px 14px;border-bottom:1px solid var(--line);vertical-align:top}
tr:last-child td{border-bottom:0}
th.n,td.n{text-align:right;font-variant-numeric:tabular-nums}
td.n{white-space:nowrap}
tbody th{font-size:15px;color:var(--ink);font-weight:600;background:var(--tint);padding:9px 14px}
td.zero{color:var(--soft);opacity:.6}
.lift{font-size:14px;min-width:215px}.lift small,.why small{display:block;color:var(--soft);font-size:13px}
.why code,code{font:13px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;color:var(--soft)}
.list{list-style:none;margin:14px 0 0;padding:0}
.list li{display:grid;grid-template-columns:150px 150px 1fr;gap:4px 18px;padding:12px 18px;border-bottom:1px solid var(--line);font-size:15px}
.list li:last-child{border-bottom:0}.list time{color:var(--soft);font-size:14px;font-variant-numeric:tabular-nums}
.mails a.row{display:grid;grid-template-columns:1fr auto;gap:2px 18px;padding:14px 20px;border-bottom:1px solid var(--line);text-decoration:none;color:inherit}
.mails li:last-child a.row{border-bottom:0}.mails{list-style:none;padding:0;margin:20px 0 0}
.mails a.row:hover{background:var(--tint)}.mails .subject{font-weight:550;overflow-wrap:anywhere}.mails .from{color:var(--soft);font-size:14px;overflow-wrap:anywhere}
.mails time,.mails .hide-small{justify-self:end}.mails time{color:var(--soft);font-size:14px;font-variant-numeric:tabular-nums;white-space:nowrap}
.facts{display:grid;grid-template-columns:max-content 1fr;gap:6px 20px;margin:18px 0;font-size:15px}.facts dt{color:var(--soft)}.facts dd{margin:0;overflow-wrap:anywhere}
iframe{width:100%;height:700px;border:1px solid var(--line);border-radius:14px;background:#fff;display:block}
details{margin-top:18px;border:1px solid var(--line);border-radius:14px;background:var(--card)}summary{padding:14px 18px;cursor:pointer;font-weight:550;min-height:44px}
details pre{margin:0;border-top:1px solid var(--line)}
pre{padding:16px 18px;overflow:auto;font:13px/1.6 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;white-space:pre-wrap;overflow-wrap:anywhere}
.pages{display:flex;justify-content:space-between;margin-top:18px}.pages a{padding:10px 0}
.back{display:inline-block;margin-bottom:14px;text-decoration:none;padding:6px 0}
@media(max-width:760px){.wrap{padding:0 16px}.top{grid-template-columns:1fr}.bar .wrap{gap:8px}nav a{padding:8px 9px}main.wrap{padding-top:24px}h1{font-size:24px}
.list li{grid-template-columns:1fr auto;padding:12px 16px}.list .what{grid-column:1/-1}.facts{grid-template-columns:1fr;gap:0}.facts dd{margin-bottom:8px}
.stack thead{display:none}.stack table,.stack tbody{display:block}
.stack tr{display:grid;grid-template-columns:repeat(3,1fr);gap:8px 12px;padding:14px 16px;border-bottom:1px solid var(--line)}
.stack tbody tr:first-child{display:block;padding:0;border-bottom:0}.stack tbody th{display:block;padding:10px 16px;border-bottom:1px solid var(--line)}
.stack td{display:block;border:0;padding:0;text-align:left!important}.stack td::before{content:attr(data-label);display:block;color:var(--soft);font-size:12.5px;line-height:1.3}
.stack td.name,.stack td.lift{grid-column:1/-1;min-width:0}.stack td.name{font-weight:600}.stack td.name::before{content:none}
.mails a.row{grid-template-columns:1fr;padding:14px 16px}.mails time{justify-self:start}iframe{height:620px}.hide-small{display:none}}
@media(max-width:430px){.bar nav{gap:0}.bar nav a{padding:8px 6px}.bar nav b{display:none}.brand span{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}}
`;
