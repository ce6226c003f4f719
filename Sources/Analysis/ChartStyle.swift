/// The chart's colours and style sheet.
///
/// Every rule names a colour and then a variable: a page may set the variables, and a viewer that
/// knows none (librsvg, Inkscape) uses the colour. The three lines differ in width and dashes as
/// well as in hue, for print and for eyes that tell few hues apart; the hues are of Okabe and Ito.
struct ChartStyle {
  /// A part of the drawing that has a colour.
  enum Role: String, CaseIterable {
    case paper, ink, muted, grid, frame, bean, ibts, rise, heater, fan, drum
    case drying, maillard, development, alarm
  }

  private static func light(_ role: Role) -> String {
    switch role {
    case .paper: "#ffffff"
    case .ink: "#1c2126"
    case .muted: "#57606a"
    case .grid: "#dfe3e8"
    case .frame: "#b4bcc5"
    case .bean: "#c2410c"
    case .ibts: "#0068a8"
    case .rise: "#00805f"
    case .heater: "#c2410c"
    case .fan: "#0068a8"
    case .drum: "#6b5b95"
    case .drying: "#8cb369"
    case .maillard: "#e9b44c"
    case .development: "#a4693c"
    case .alarm: "#b3001b"
    }
  }

  private static func dark(_ role: Role) -> String {
    switch role {
    case .paper: "#14171a"
    case .ink: "#e8ebee"
    case .muted: "#9ea8b3"
    case .grid: "#272c32"
    case .frame: "#4a535d"
    case .bean: "#ff8f57"
    case .ibts: "#62b8f2"
    case .rise: "#43d3a4"
    case .heater: "#ff8f57"
    case .fan: "#62b8f2"
    case .drum: "#b3a1e0"
    case .drying: "#8cb369"
    case .maillard: "#e9b44c"
    case .development: "#c98b5b"
    case .alarm: "#ff6b7a"
    }
  }

  let theme: Chart.Theme

  /// The `<style>` element. Its rules reach nothing outside the chart.
  var element: String {
    let first = theme == .dark ? Self.dark : Self.light
    var text = "<style>\n.roast-chart{max-width:100%;height:auto;\(Self.variables(first))}\n"
    if theme == .automatic {
      text += "@media (prefers-color-scheme:dark){.roast-chart{\(Self.variables(Self.dark))}}\n"
    }
    for rule in Self.rules {
      text += ".roast-chart .\(rule.name){\(rule.declarations(first))}\n"
    }
    return text + "</style>"
  }

  private static func variables(_ colour: (Role) -> String) -> String {
    Role.allCases.map { "--roast-\($0.rawValue):\(colour($0))" }.joined(separator: ";")
  }

  /// How one class looks.
  private struct Rule {
    let name: String
    var fill: Role?
    var stroke: Role?
    var rest = ""

    func declarations(_ colour: (Role) -> String) -> String {
      func paint(_ property: String, _ role: Role?) -> String {
        guard let role else { return property + ":none" }
        return "\(property):\(colour(role));\(property):var(--roast-\(role.rawValue))"
      }
      return [paint("fill", fill), paint("stroke", stroke)].joined(separator: ";")
        + (rest.isEmpty ? "" : ";" + rest)
    }
  }

  private static let font =
    "font-family:system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans','DejaVu Sans',sans-serif;"
    + "font-variant-numeric:tabular-nums"

  private static func words(
    _ name: String, _ role: Role, _ size: Int, _ anchor: String = "start", bold: Bool = false
  ) -> Rule {
    Rule(
      name: name, fill: role,
      rest: "\(font);font-size:\(size)px;text-anchor:\(anchor)" + (bold ? ";font-weight:600" : ""))
  }

  private static func curve(_ name: String, _ role: Role, _ width: String, _ dash: String) -> Rule {
    Rule(
      name: name, stroke: role,
      rest: "stroke-width:\(width);stroke-linejoin:round;stroke-linecap:round"
        + (dash.isEmpty ? "" : ";stroke-dasharray:" + dash))
  }

  private static let rules =
    [
      Rule(name: "paper", fill: .paper),
      Rule(name: "grid", stroke: .grid, rest: "stroke-width:1"),
      Rule(name: "zero", stroke: .frame, rest: "stroke-width:1;stroke-dasharray:1 4"),
      Rule(name: "frame", stroke: .frame, rest: "stroke-width:1"),
      Rule(name: "mark", stroke: .muted, rest: "stroke-width:1;stroke-dasharray:4 3"),
      Rule(name: "halo", fill: .paper, stroke: .bean, rest: "stroke-width:2"),
      Rule(name: "alarm", fill: .alarm),
      words("title", .ink, 19, bold: true),
      words("subtitle", .muted, 12),
      words("legend", .ink, 12),
      words("tick-left", .muted, 11, "end"),
      words("tick-right", .rise, 11, "start"),
      words("tick-below", .muted, 11, "middle"),
      words("unit-left", .muted, 11, "end", bold: true),
      words("unit-right", .rise, 11, "start", bold: true),
      words("lane", .muted, 11, "end"),
      words("mark-name", .ink, 11, bold: true),
      words("mark-text", .muted, 11),
      words("phase", .ink, 11, "middle"),
      Rule(
        name: "level-text", fill: .ink, stroke: .paper,
        rest: "\(font);font-size:10px;paint-order:stroke;stroke-width:2.5;stroke-linejoin:round"),
      curve("bean", .bean, "2.6", ""),
      curve("ibts", .ibts, "1.8", "9 4"),
      curve("rise", .rise, "1.9", "0.1 3.6"),
      Rule(name: "bean-band", fill: .bean, rest: "fill-opacity:.22"),
      Rule(name: "ibts-band", fill: .ibts, rest: "fill-opacity:.18"),
    ] + areas + levels + references

  private static let areas = [Role.drying, .maillard, .development].flatMap { role in
    [
      Rule(name: role.rawValue, fill: role, rest: "fill-opacity:.42"),
      Rule(name: role.rawValue + "-wash", fill: role, rest: "fill-opacity:.09"),
    ]
  }

  private static let levels = [Role.heater, .fan, .drum].flatMap { role in
    [
      Rule(name: role.rawValue, stroke: role, rest: "stroke-width:1.6"),
      Rule(name: role.rawValue + "-area", fill: role, rest: "fill-opacity:.16"),
    ]
  }

  /// A second curve to compare with: the same hues and dashes, thin and faint.
  private static let references = [
    curve("reference", .muted, "1.2", ""),
    curve("bean-reference", .bean, "1.1", ""),
    curve("ibts-reference", .ibts, "1", "9 4"),
    curve("rise-reference", .rise, "1.1", "0.1 3.6"),
    Rule(name: "level-reference", stroke: .muted, rest: "stroke-width:1;stroke-dasharray:3 2"),
  ].map { rule in
    var faint = rule
    faint.rest += ";opacity:.75"
    return faint
  }
}
