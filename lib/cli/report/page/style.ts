/** How the page looks: quiet, with numbers that align; follows the colours of the system, and fits a telephone and paper. */

export const PAGE_STYLE = `
:root{color-scheme:light dark;--paper:#fff;--card:#f7f8fa;--ink:#1b1f24;--soft:#5c6670;--line:#e3e6ea;--strong:#c3c9d0;
--read:#7a8591;--delivered:#13795b;--rejected:#c8372d;--skipped:#a26a00;--requests:#2459c9;--waits:#a9bdf0;--retries:#d2600c;--limit:#c8372d}
@media (prefers-color-scheme:dark){:root{--paper:#14171b;--card:#1c2026;--ink:#e6e9ed;--soft:#98a2ad;--line:#2a3038;--strong:#454d57;
--read:#8f9aa6;--delivered:#3fbd91;--rejected:#f2756b;--skipped:#e0a63a;--requests:#7fa6ff;--waits:#3f5690;--retries:#f59a4f;--limit:#f2756b}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:60rem;padding:2.5rem 1.5rem 4rem;background:var(--paper);color:var(--ink);
font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;font-variant-numeric:tabular-nums}
h1{margin:0;font-size:1.6rem;font-weight:650;letter-spacing:-.01em;display:flex;flex-wrap:wrap;gap:.75rem;align-items:center}
h2{margin:2.75rem 0 .75rem;font-size:1.05rem;font-weight:650}
p{margin:.35rem 0}
.soft,.note{color:var(--soft)}.note{font-size:.87rem}
.state{font-size:.8rem;font-weight:600;padding:.15rem .6rem;border-radius:1rem;border:1px solid currentColor}
.state.done{color:var(--delivered)}.state.failed{color:var(--rejected)}.state.interrupted,.state.rejects{color:var(--skipped)}
.error{border-left:3px solid var(--rejected);padding:.5rem .9rem;background:var(--card);margin:1.25rem 0;overflow-wrap:anywhere}
.counts{display:grid;grid-template-columns:repeat(auto-fit,minmax(8.5rem,1fr));gap:.75rem;margin:1.75rem 0 0}
.counts div{background:var(--card);border-radius:8px;padding:.75rem .9rem}
.counts dt{font-size:.82rem;color:var(--soft)}
.counts dd{margin:0;font-size:1.35rem;font-weight:600;line-height:1.3}
.counts dd small{display:block;font-size:.8rem;font-weight:400;color:var(--soft)}
.counts .some dd{color:var(--rejected)}.counts .some small{color:var(--soft)}
figure{margin:2.5rem 0 0}
figcaption{display:flex;flex-wrap:wrap;align-items:baseline;gap:.25rem 1rem;margin-bottom:.5rem}
figcaption h2{margin:0;flex:1 1 auto}
figcaption .note{flex:1 0 100%;margin:0;order:2}
.key{display:flex;flex-wrap:wrap;gap:.1rem 1rem;margin:0;padding:0;list-style:none;font-size:.85rem;color:var(--soft)}
.key i{background:currentColor;display:inline-block;width:.9rem;height:.2rem;border-radius:1px;margin-right:.4rem;vertical-align:.2em}
svg{display:block;width:100%;height:auto;overflow:visible}
svg text{font-size:11.5px;fill:var(--soft)}
.fill{fill:currentColor}.line{fill:none;stroke:currentColor;stroke-width:1.75;vector-effect:non-scaling-stroke;stroke-linejoin:round}
.axis,.grid,.limit{vector-effect:non-scaling-stroke}
.grid{stroke:var(--line)}.axis{stroke:var(--strong)}
path.limit{stroke:var(--limit);stroke-dasharray:5 4}text.limit{fill:var(--limit)}
.read{color:var(--read);stroke-dasharray:4 3}.delivered{color:var(--delivered)}.rejected{color:var(--rejected)}.skipped{color:var(--skipped)}
.requests{color:var(--requests)}.waits{color:var(--waits)}.retries{color:var(--retries)}
button{font:inherit;font-size:.82rem;padding:.1rem .6rem;border:1px solid var(--strong);border-radius:6px;background:none;color:var(--soft);cursor:pointer}
button:hover{color:var(--ink);border-color:var(--ink)}button:focus-visible{outline:2px solid var(--requests);outline-offset:2px}
.kind{border-top:1px solid var(--line);padding:.7rem 0 .8rem}
.kind h3{margin:0;font-size:.95rem;font-weight:600;display:flex;gap:1rem;justify-content:space-between;overflow-wrap:anywhere}
.kind h3 span:last-child{white-space:nowrap}
.kind .tag{color:var(--rejected)}
.kind ul{margin:.35rem 0 0;padding:0;list-style:none;font-size:.87rem}
.kind li{padding:.1rem 0;overflow-wrap:anywhere}
code,pre{font:.87em/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
code{background:var(--card);border-radius:4px;padding:.1em .3em;overflow-wrap:anywhere}
pre{margin:.4rem 0 0;padding:.7rem .9rem;background:var(--card);border-radius:8px;white-space:pre-wrap;overflow-wrap:anywhere}
table{border-collapse:collapse;width:100%;font-size:.9rem}
th,td{text-align:left;padding:.4rem .75rem .4rem 0;border-bottom:1px solid var(--line);vertical-align:top}
th{font-weight:600;color:var(--soft);font-size:.82rem}
td:first-child{overflow-wrap:anywhere}
.n{text-align:right;white-space:nowrap;padding-right:0;padding-left:.75rem}
.facts{display:grid;grid-template-columns:max-content 1fr;gap:.3rem 1.25rem;margin:0}
.facts dt{color:var(--soft)}.facts dd{margin:0;overflow-wrap:anywhere}
.zoom{display:none}.zoomed .zoom{display:block}.zoomed svg{display:none}
.uplot td,.uplot th{border:0;color:inherit}.uplot .u-legend{font-size:.85rem;color:var(--soft)}
@media (max-width:600px){body{padding:1.25rem 1rem 3rem}h1{font-size:1.3rem}svg text{font-size:21px}
.counts{grid-template-columns:1fr 1fr}.counts div:last-child:nth-child(odd){grid-column:span 2}.facts{grid-template-columns:1fr}.facts dd{margin-bottom:.5rem}}
@media print{body{max-width:none;padding:0}button{display:none}.zoomed svg{display:block}.zoomed .zoom{display:none}
figure,.kind,.counts div{break-inside:avoid}}
`;
