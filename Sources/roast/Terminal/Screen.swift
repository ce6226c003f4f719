import CLinux
import Glibc

/// The terminal as a picture that is redrawn in place, without flicker: every frame is one write,
/// each line overwrites the one before it and clears only what is left of it.
struct Screen {
  /// Whether standard output is a terminal.
  static var isTerminal: Bool { isatty(STDOUT_FILENO) == 1 }

  /// Whether colours are welcome (no-color.org).
  static let usesColour = Environment.value("NO_COLOR") == nil

  init() { clinux_terminal_take(STDOUT_FILENO) }

  /// Puts the terminal back as it was.
  func giveBack() { clinux_terminal_give_back() }

  /// The size now; it is asked for each frame, so a resize needs no signal.
  static var size: (columns: Int, rows: Int) {
    var (columns, rows): (Int32, Int32) = (80, 24)
    clinux_terminal_size(STDOUT_FILENO, &columns, &rows)
    return (max(20, Int(columns)), max(5, Int(rows)))
  }

  /// Shows these lines; what does not fit is left out. False when the terminal is gone.
  func show(_ lines: [StyledLine]) -> Bool {
    let (columns, rows) = Self.size
    var frame = "\u{1B}[?2026h\u{1B}[H"
    for (index, line) in lines.prefix(rows).enumerated() {
      if index > 0 { frame += "\r\n" }
      frame += line.text(columns: columns, colour: Self.usesColour) + "\u{1B}[K"
    }
    frame += "\u{1B}[J\u{1B}[?2026l"
    return Console.out(frame)
  }
}

/// A line of a picture: pieces of text, each in a style.
struct StyledLine {
  enum Style: String {
    case plain = "0"
    case strong = "1"
    case faint = "2"
    case good = "32"
    case warning = "33"
    case bad = "31;1"
    case bean = "36"
    case infrared = "35"
  }

  private(set) var pieces: [(text: String, style: Style)] = []

  init(_ text: String = "", _ style: Style = .plain) { add(text, style) }

  mutating func add(_ text: String, _ style: Style = .plain) {
    if !text.isEmpty { pieces.append((text, style)) }
  }

  /// The line cut to a width, with or without escape sequences. A short piece is shown whole or not
  /// at all: half a number is a wrong number.
  func text(columns: Int, colour: Bool) -> String {
    var (line, room) = ("", columns)
    for (text, style) in pieces {
      let fits = text.count <= room
      let visible = fits ? text : text.count > 24 ? text.prefix(max(0, room - 1)) + "…" : "…"
      guard room > 0 else { break }
      room -= visible.count
      line +=
        colour && style != .plain ? "\u{1B}[\(style.rawValue)m\(visible)\u{1B}[0m" : visible
      if !fits { break }
    }
    return line
  }
}
