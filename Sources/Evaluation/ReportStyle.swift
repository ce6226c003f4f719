/// How the report looks: on paper, on a bright screen and on a dark one. The hues are those of the charts
/// (Okabe and Ito), and nothing is told by hue alone.
enum ReportStyle {
  static let sheet = """
    :root{color-scheme:light dark;--paper:#fbfaf7;--card:#fff;--ink:#1c2126;--muted:#57606a;\
    --line:#dfe3e8;--good:#00664b;--bad:#a33300;--alarm:#b3001b;--bean:#c2410c;--ibts:#0068a8;\
    --band:#c2410c22}
    @media(prefers-color-scheme:dark){:root{--paper:#14171a;--card:#1b1f24;--ink:#e8ebee;\
    --muted:#9ea8b3;--line:#2d333a;--good:#43d3a4;--bad:#ff9b66;--alarm:#ff6b7a;--bean:#ff8f57;\
    --ibts:#62b8f2;--band:#ff8f5722}}
    *{box-sizing:border-box}
    body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,sans-serif}
    main{max-width:60rem;margin:0 auto;padding:2rem 1rem 4rem}
    h1{font-size:2.2rem;line-height:1.15;margin:.1em 0 .6em}h1 em{font-style:normal}
    h2{margin:2.5rem 0 .8rem}h3{margin:0 0 .2rem;font-size:1.1rem}
    .over{margin:0;color:var(--muted);text-transform:uppercase;letter-spacing:.1em;font-size:.8rem}
    .good{color:var(--good)}.bad{color:var(--bad)}
    .alarm{border:2px solid var(--alarm);color:var(--alarm);padding:.8rem 1rem;border-radius:.5rem}
    .tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(9rem,1fr));gap:.8rem;margin:1rem 0}
    .tiles div{background:var(--card);border:1px solid var(--line);border-radius:.6rem;padding:.8rem 1rem}
    .tiles b{display:block;font-size:1.5rem;font-variant-numeric:tabular-nums}
    .tiles span,.facts,footer{color:var(--muted);font-size:.9rem}
    .wide{overflow-x:auto}
    table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums;font-size:.92rem}
    th,td{text-align:left;padding:.3rem .6rem .3rem 0;border-bottom:1px solid var(--line);\
    font-weight:400}
    thead th{color:var(--muted)}
    .case{background:var(--card);border:1px solid var(--line);border-left:.4rem solid var(--good);\
    border-radius:.6rem;padding:1rem 1.2rem;margin:0 0 1rem;break-inside:avoid}
    .case.bad{border-left-color:var(--bad)}.case.missed{border-left-color:var(--alarm)}
    .case.good,.case.bad{color:inherit}
    .badge{float:right;font-size:.85rem;font-weight:600;color:var(--good)}
    .case.bad .badge{color:var(--bad)}.case.missed .badge{color:var(--alarm)}
    .case p{margin:.3rem 0}
    .bar{position:relative;height:.8rem;min-width:9rem;background:\
    linear-gradient(var(--line),var(--line)) 50%/1px 100% no-repeat}
    .bar i{position:absolute;top:.1rem;bottom:.1rem;border-radius:2px;background:var(--good)}
    .bar i.bad{background:var(--bad)}
    summary{cursor:pointer;color:var(--muted)}
    svg{display:block;width:100%;height:auto;margin:.6rem 0}
    svg text{font:11px system-ui,sans-serif;fill:var(--muted)}
    .grid{stroke:var(--line);fill:none}.course{stroke:var(--ink);fill:none;stroke-width:1.5;\
    stroke-dasharray:5 4}
    .tolerance{fill:var(--band);stroke:none}.bt{stroke:var(--bean);fill:none;stroke-width:1.6}
    .ib{stroke:var(--ibts);fill:none;stroke-width:1;stroke-dasharray:2 2}
    .goal{stroke:var(--ink);fill:none}.levels{stroke:var(--bean);fill:none;stroke-width:1.4}
    .levels.fan{stroke:var(--ibts);stroke-dasharray:4 2}
    code{font-size:.9em}footer{margin-top:3rem;border-top:1px solid var(--line);padding-top:1rem}
    @media print{.case{break-inside:avoid}body{background:#fff}}
    """
}
