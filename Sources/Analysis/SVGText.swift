/// An SVG drawing as it is written, element by element.
struct SVGText {
  private(set) var text = ""

  /// An attribute with a number.
  static func attribute(_ name: String, _ value: Double) -> String {
    " \(name)=\"\(ChartPath.coordinate(value))\""
  }

  /// Elements inside a group of a class.
  mutating func group(_ name: String, title: String? = nil, _ content: (inout SVGText) -> Void) {
    text += "<g class=\"\(name)\">"
    if let title { text += "<title>\(Self.escaped(title))</title>" }
    text += "\n"
    content(&self)
    text += "</g>\n"
  }

  /// Markup as it is.
  mutating func raw(_ markup: String) { text += markup + "\n" }

  /// A path, unless it is empty.
  mutating func path(_ name: String, _ data: String) {
    if !data.isEmpty { raw("<path class=\"\(name)\" d=\"\(data)\"/>") }
  }

  /// A straight line.
  mutating func line(_ name: String, _ from: ChartPath.Point, _ to: ChartPath.Point) {
    raw(
      "<line class=\"\(name)\"" + Self.attribute("x1", from.x) + Self.attribute("y1", from.y)
        + Self.attribute("x2", to.x) + Self.attribute("y2", to.y) + "/>")
  }

  /// A rectangle.
  mutating func box(_ name: String, x: Double, y: Double, width: Double, height: Double) {
    raw(
      "<rect class=\"\(name)\"" + Self.attribute("x", x) + Self.attribute("y", y)
        + Self.attribute("width", max(0, width)) + Self.attribute("height", max(0, height)) + "/>")
  }

  /// A circle.
  mutating func dot(_ name: String, at point: ChartPath.Point, radius: Double) {
    raw(
      "<circle class=\"\(name)\"" + Self.attribute("cx", point.x) + Self.attribute("cy", point.y)
        + Self.attribute("r", radius) + "/>")
  }

  /// Words; the class says how they look and which of their ends is at the point.
  mutating func words(_ name: String, _ words: String, at point: ChartPath.Point) {
    raw(
      "<text class=\"\(name)\"" + Self.attribute("x", point.x) + Self.attribute("y", point.y) + ">"
        + Self.escaped(words) + "</text>")
  }

  /// Text that can be nothing but text in XML: markup escaped, and what XML 1.0 forbids replaced.
  static func escaped(_ words: String) -> String {
    var text = String.UnicodeScalarView()
    for scalar in words.unicodeScalars {
      switch scalar {
      case "&": text.append(contentsOf: "&amp;".unicodeScalars)
      case "<": text.append(contentsOf: "&lt;".unicodeScalars)
      case ">": text.append(contentsOf: "&gt;".unicodeScalars)
      case "\"": text.append(contentsOf: "&quot;".unicodeScalars)
      case "'": text.append(contentsOf: "&#39;".unicodeScalars)
      case "\t", "\n", "\r": text.append(" ")
      case _ where scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value),
        "\u{FFFE}", "\u{FFFF}":
        text.append("\u{FFFD}")
      default: text.append(scalar)
      }
    }
    return String(text)
  }

  /// The words, cut short with an ellipsis if they are likely to be wider than there is room.
  static func fitted(_ words: String, width room: Double, size: Double) -> String {
    guard width(words, size: size) > room else { return words }
    var cut = words.prefix(400)
    while !cut.isEmpty, cut.last == " " || width(cut + "…", size: size) > room { cut.removeLast() }
    return cut + "…"
  }

  /// How wide words are likely to be: fonts differ, so it is rather too much.
  static func width(_ words: some StringProtocol, size: Double) -> Double {
    words.reduce(0) { width, character in
      let isWide = character.unicodeScalars.contains { $0.value >= firstWide }
      return width + size * (isWide ? 1 : character.isUppercase ? capitalWidth : averageWidth)
    }
  }

  private static let averageWidth = 0.56
  private static let capitalWidth = 0.72
  /// From here on Unicode is mostly scripts and pictures as wide as they are high.
  private static let firstWide: UInt32 = 0x2E80
}
