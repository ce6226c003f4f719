import Roaster
import Testing

@testable import roast

/// The QR code of `roast page`, read again from what is drawn.
struct QRDrawingTests {
  @Test func `what is drawn says the text`() throws {
    var random = SeededGenerator(seed: 7)
    let letters = Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_")
    for length in [1, 6, 17, 22, 32, 43, 60] {
      let code = String((0..<length).map { _ in letters.randomElement(using: &random) ?? "a" })
      let text = "http://192.168.1.5:8760/?code=\(code)"
      let drawing = try #require(QRDrawing(text))
      let modules = Self.modules(of: drawing.lines)
      #expect(modules == drawing.modules, "the drawing shows every place")
      #expect(try QRReader(modules).text() == text)
    }
  }

  @Test func `a quiet zone of four is around it, and no line is longer than another`() throws {
    let lines = try #require(QRDrawing("http://127.0.0.1:8760/?code=K7")).lines
    #expect(Set(lines.map(\.count)).count == 1)
    #expect(lines.prefix(2).allSatisfy { $0.allSatisfy { $0 == "█" } })
    #expect(lines.allSatisfy { $0.hasPrefix("████") && $0.hasSuffix("████") || $0.first == "▀" })
  }

  @Test func `text that no code can hold has no drawing`() {
    #expect(QRDrawing(String(repeating: "x", count: 3000)) == nil)
    #expect(QRDrawing("") == nil)
  }

  /// The dark places within the quiet zone, as a camera sees them.
  private static func modules(of lines: [String]) -> [[Bool]] {
    let rows = lines.flatMap { line in
      [
        line.map { $0 == "▄" || $0 == " " },
        line.map { $0 == "▀" || $0 == " " },
      ]
    }
    let width = lines[0].count - 8
    return rows.dropFirst(4).prefix(width).map { Array($0.dropFirst(4).prefix(width)) }
  }
}

/// Reads a QR code of one block of bytes without errors: versions 1 to 5 of level L (ISO/IEC
/// 18004). Made from the standard, not from the library that draws.
private struct QRReader {
  struct Unreadable: Error { var reason: String }

  private let modules: [[Bool]]
  private var size: Int { modules.count }

  init(_ modules: [[Bool]]) throws {
    guard (1...5).contains((modules.count - 17) / 4), modules.count % 4 == 1 else {
      throw Unreadable(reason: "size \(modules.count)")
    }
    self.modules = modules
  }

  /// The text that it holds.
  func text() throws -> String {
    let bits = try dataBits()
    func number(_ start: Int, _ count: Int) -> Int {
      bits[start..<start + count].reduce(0) { $0 << 1 | ($1 ? 1 : 0) }
    }
    guard number(0, 4) == 4 else { throw Unreadable(reason: "mode \(number(0, 4))") }
    let length = number(4, 8)
    guard bits.count >= 12 + 8 * length else { throw Unreadable(reason: "length \(length)") }
    let bytes = (0..<length).map { UInt8(number(12 + 8 * $0, 8)) }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The data of the symbol in its order: columns of two from the right, up and down by turns.
  private func dataBits() throws -> [Bool] {
    // Row 8 from the left: level in two bits, mask in three, behind the standard's own mask.
    let format = (0..<5).reduce(0) { $0 << 1 | (modules[8][$1] ? 1 : 0) } ^ 0b10101
    guard format >> 3 == 0b01 else { throw Unreadable(reason: "level \(format >> 3)") }
    let mask = format & 7
    var bits: [Bool] = []
    var isUpward = true
    var right = size - 1
    while right > 0 {
      if right == 6 { right = 5 }
      for step in 0..<size {
        let row = isUpward ? size - 1 - step : step
        for column in [right, right - 1] where !isReserved(row, column) {
          bits.append(modules[row][column] != isMasked(mask, row, column))
        }
      }
      isUpward.toggle()
      right -= 2
    }
    return bits
  }

  private func isMasked(_ mask: Int, _ i: Int, _ j: Int) -> Bool {
    switch mask {
    case 0: (i + j) % 2 == 0
    case 1: i % 2 == 0
    case 2: j % 3 == 0
    case 3: (i + j) % 3 == 0
    case 4: (i / 2 + j / 3) % 2 == 0
    case 5: i * j % 2 + i * j % 3 == 0
    case 6: (i * j % 2 + i * j % 3) % 2 == 0
    default: ((i + j) % 2 + i * j % 3) % 2 == 0
    }
  }

  /// Finders with their formats, timing, and the one alignment pattern of versions 2 to 5.
  private func isReserved(_ row: Int, _ column: Int) -> Bool {
    if row == 6 || column == 6 { return true }
    if row < 9 && (column < 9 || column >= size - 8) { return true }
    if row >= size - 8 && column < 9 { return true }
    let centre = size - 7
    return size > 21 && abs(row - centre) <= 2 && abs(column - centre) <= 2
  }
}
