/** What the studio's pages have beyond the sheet of the local pages: the same colours, light and dark. */
export const STUDIO_STYLE = `
.skip{position:absolute;left:8px;top:-60px;background:var(--card);padding:10px 14px;border-radius:8px;z-index:9}.skip:focus{top:8px}
.strip{background:var(--tint);border-bottom:1px solid var(--line);font-size:14px;color:var(--soft)}
.strip .wrap{display:flex;flex-wrap:wrap;gap:2px 18px;padding-top:7px;padding-bottom:7px}.strip a{font-weight:550}
main.wrap{padding-top:28px}.wrap.wide{max-width:1800px}
.sr{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
label{display:block;font-weight:550;font-size:15px;margin:0 0 4px}
input[type=text],input[type=email],select,textarea{font:inherit;color:var(--ink);background:var(--card);border:1px solid var(--line);border-radius:10px;padding:9px 12px;min-height:44px;width:100%}
textarea{font:13px/1.6 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;min-height:320px}
.button{display:inline-block;font-size:15px;font-weight:550;padding:9px 16px;min-height:44px;border-radius:10px;border:1px solid var(--line);color:var(--ink);text-decoration:none}
.button:hover{border-color:var(--accent);color:var(--accent)}
`;
