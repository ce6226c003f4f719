import Glibc

/// A pseudo-terminal for a program to run in, seen from outside.
public final class Terminal: Sendable {
  /// The end that a terminal emulator would hold.
  let master: Int32
  /// Kept open so that the terminal's modes can be read while no program is in it.
  private let slave: Int32
  let name: String

  /// A terminal of that size.
  public init(columns: Int, rows: Int) throws {
    var (master, slave): (Int32, Int32) = (-1, -1)
    var name = [CChar](repeating: 0, count: 128)
    guard openpty(&master, &slave, &name, nil, nil) == 0 else {
      throw Program.NotStarted(description: "no pseudo-terminal: \(errno)")
    }
    for end in [master, slave] { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    _ = fcntl(master, F_SETFL, O_NONBLOCK)
    (self.master, self.slave) = (master, slave)
    self.name = String(
      decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    resize(columns: columns, rows: rows)
  }

  /// Changes the size, as dragging a window does.
  public func resize(columns: Int, rows: Int) {
    var size = winsize(
      ws_row: UInt16(rows), ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
    _ = ioctl(master, UInt(TIOCSWINSZ), &size)
  }

  /// Every mode, as bytes that can be compared.
  public var modes: [UInt8] {
    var modes = termios()
    guard tcgetattr(slave, &modes) == 0 else { return [] }
    return withUnsafeBytes(of: &modes) { Array($0) }
  }

  func closeBothEnds() {
    close(slave)
    close(master)
  }
}
