import CQREncode

/// A QR code for a terminal: two rows of it a line, in half blocks, with the quiet zone that a
/// camera needs around it. Its light parts are drawn, so it is right on dark terminals; most cameras
/// read it inverted as well.
struct QRDrawing {
  /// Whether a place is dark, row by row.
  let modules: [[Bool]]

  private static let quietZone = 4

  /// Nil when the text is too long for any code.
  init?(_ text: String) {
    guard let code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_L) else { return nil }
    defer { QRcode_free(code) }
    let width = Int(code.pointee.width)
    guard width > 0, let data = code.pointee.data else { return nil }
    modules = (0..<width).map { row in (0..<width).map { data[row * width + $0] & 1 == 1 } }
  }

  /// The lines, from the top.
  var lines: [String] {
    let (zone, width) = (Self.quietZone, modules.count)
    func isLight(_ row: Int, _ column: Int) -> Bool {
      guard modules.indices.contains(row), modules.indices.contains(column) else { return true }
      return !modules[row][column]
    }
    return stride(from: -zone, to: width + zone, by: 2).map { row in
      (-zone..<width + zone).map { column in
        let isInside = row + 1 < width + zone
        return switch (isLight(row, column), isInside && isLight(row + 1, column)) {
        case (true, true): "█"
        case (true, false): "▀"
        case (false, true): "▄"
        case (false, false): " "
        }
      }.joined()
    }
  }
}
