import Roaster
import Testing

/// Reading JSON as RFC 8259 has it, and nothing laxer.
struct JSONReadingTests {
  private func read(_ text: String) throws(JSON.Fault) -> JSON {
    try JSON(reading: text.utf8)
  }

  private func fault(_ bytes: [UInt8]) -> JSON.Fault? {
    do throws(JSON.Fault) {
      _ = try JSON(reading: bytes)
      return nil
    } catch { return error }
  }

  @Test(arguments: [
    ("null", "null"), ("true", "true"), (" false ", "false"), ("0", "0"), ("-0", "0"),
    ("-12", "-12"), ("9223372036854775807", "9223372036854775807"),
    ("-9223372036854775808", "-9223372036854775808"), ("1.5", "1.5"), ("-0.25", "-0.25"),
    ("1e2", "100"), ("1E+2", "100"), ("25e-1", "2.5"), ("0.0", "0"), ("1e-400", "0"),
    ("\"\"", "\"\""), ("\"a\\u0041\\n\\/\"", "\"aA\\n/\""), ("\"\\b\\f\"", "\"\\u0008\\u000c\""),
    ("\"\\ud83d\\ude00\"", "\"😀\""), ("\"é€😀\u{7F}\"", "\"é€😀\\u007f\""),
    ("\"\\u0000\"", "\"\\u0000\""), ("[]", "[]"), ("[ 1 ,\t2\n,\r3 ]", "[1,2,3]"),
    ("{}", "{}"), ("{ \"a\" : [ { } , null ] , \"\" : 1 }", "{\"a\":[{},null],\"\":1}"),
    ("[\"\\\\\\\"\"]", "[\"\\\\\\\"\"]"),
  ])
  func `what is JSON is read`(_ text: String, _ written: String) throws {
    #expect(try read(text).text == written)
  }

  @Test(arguments: [
    ("", 0, JSON.Problem.endedEarly), (" ", 1, .endedEarly), ("nul", 3, .endedEarly),
    ("nulL", 3, .unexpectedByte), ("True", 0, .unexpectedByte), ("NaN", 0, .unexpectedByte),
    ("Infinity", 0, .unexpectedByte), ("-", 1, .endedEarly), ("-a", 1, .unexpectedByte),
    ("+1", 0, .unexpectedByte), (".5", 0, .unexpectedByte), ("1.", 2, .endedEarly),
    ("1.e1", 2, .unexpectedByte), ("1e", 2, .endedEarly), ("1e+", 3, .endedEarly),
    ("1ex", 2, .unexpectedByte), ("01", 1, .trailingBytes), ("-01", 2, .trailingBytes),
    ("0x1", 1, .trailingBytes), ("1 2", 2, .trailingBytes), ("{} {}", 3, .trailingBytes),
    ("1e400", 0, .numberOutOfRange), ("[-1e999]", 1, .numberOutOfRange), ("[", 1, .endedEarly),
    ("[1", 2, .endedEarly), ("[1,", 3, .endedEarly), ("[1,]", 3, .unexpectedByte),
    ("[,1]", 1, .unexpectedByte), ("[1 2]", 3, .unexpectedByte), ("]", 0, .unexpectedByte),
    ("[1}", 2, .unexpectedByte), ("{", 1, .endedEarly), ("{\"a\"", 4, .endedEarly),
    ("{\"a\":", 5, .endedEarly), ("{\"a\" 1}", 5, .unexpectedByte), ("{a:1}", 1, .unexpectedByte),
    ("{'a':1}", 1, .unexpectedByte), ("{1:2}", 1, .unexpectedByte),
    ("{\"a\":1,}", 7, .unexpectedByte), ("{\"a\":1 \"b\":2}", 7, .unexpectedByte),
    ("{\"a\":1,\"b\":2,\"a\":3}", 13, .duplicateKey), ("{\"a\":1,\"\\u0061\":2}", 7, .duplicateKey),
    ("\"", 1, .endedEarly), ("\"a", 2, .endedEarly), ("\"\\", 2, .endedEarly),
    ("\"\\x\"", 1, .unknownEscape), ("\"\\u12\"", 5, .unknownEscape), ("\"\\u", 3, .endedEarly),
    ("\"\\u00g0\"", 5, .unknownEscape), ("\"\\ud83d\"", 1, .loneSurrogate),
    ("\"\\ude00\"", 1, .loneSurrogate), ("\"\\ud83d\\n\"", 1, .loneSurrogate),
    ("\"\\ud83d\\u0041\"", 1, .loneSurrogate), ("\"\\ude00\\ud83d\"", 1, .loneSurrogate),
    ("\"\\ud83dx\"", 1, .loneSurrogate), ("\"a\nb\"", 2, .controlCharacter),
    ("\"\t\"", 1, .controlCharacter), ("\"\u{0}\"", 1, .controlCharacter),
    ("\u{FEFF}1", 0, .unexpectedByte), ("\u{A0}1", 0, .unexpectedByte), ("1//", 1, .trailingBytes),
    ("[1]\u{0}", 3, .trailingBytes), ("\u{C}1", 0, .unexpectedByte),
  ])
  func `what is no JSON is refused where it goes wrong`(
    _ text: String, _ offset: Int, _ problem: JSON.Problem
  ) {
    #expect(fault(Array(text.utf8)) == JSON.Fault(offset: offset, problem: problem))
  }

  @Test(
    arguments: [
      [0x80], [0xBF], [0xC0, 0xAF], [0xC1, 0x81], [0xC3], [0xC3, 0x28], [0xE2, 0x82],
      [0xE0, 0x80, 0xAF], [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF], [0xF0, 0x80, 0x80, 0xAF],
      [0xF0, 0x9F, 0x98], [0xF4, 0x90, 0x80, 0x80], [0xF8, 0x88, 0x80, 0x80], [0xFE], [0xFF],
    ] as [[UInt8]])
  func `text that is not UTF-8 is refused, in a member's name too`(_ bytes: [UInt8]) {
    let quote = UInt8(ascii: "\"")
    let text = [quote] + bytes + [quote]
    #expect(fault(text) == JSON.Fault(offset: 1, problem: .invalidUTF8))
    #expect(fault(Array("{".utf8) + text + Array(":1}".utf8))?.problem == .invalidUTF8)
    #expect(fault([quote] + bytes) != nil)
  }

  @Test func `every character of Unicode is read as it is written`() throws {
    for value in stride(from: UInt32(0x80), through: 0x10FFFF, by: 97) {
      guard let scalar = Unicode.Scalar(value) else { continue }
      let text = String(scalar)
      #expect(try JSON(reading: "\"\(text)\"".utf8).stringValue == text)
      let escaped = text.utf16.map { unit in
        let digits = String(unit, radix: 16)
        return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      }
      #expect(try JSON(reading: "\"\(escaped.joined())\"".utf8).stringValue == text)
    }
  }

  @Test func `values may lie 32 deep in each other`() throws {
    func nested(_ open: String, _ close: String, _ depth: Int) -> String {
      String(repeating: open, count: depth) + "1" + String(repeating: close, count: depth)
    }
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
      _ = try read(nested(open, close, 32))
      #expect(
        fault(Array(nested(open, close, 33).utf8))
          == JSON.Fault(offset: 32 * open.utf8.count, problem: .tooDeep))
    }
    #expect(fault([UInt8](repeating: UInt8(ascii: "["), count: 1_000_000))?.problem == .tooDeep)
    // Side by side is not deep.
    #expect(try read("[" + nested("[", "]", 31) + ",[[]]]").arrayValue?.count == 2)
  }

  @Test func `numbers keep what they are worth, and absurd ones are refused`() throws {
    #expect(try read("9223372036854775808") == .number(9_223_372_036_854_775_808))
    #expect(try read("1.7976931348623157e308").numberValue == .greatestFiniteMagnitude)
    #expect(fault(Array("1.7976931348623159e308".utf8))?.problem == .numberOutOfRange)
    #expect(try read("0." + String(repeating: "3", count: 1000)).numberValue == 1.0 / 3)
    let digits = String(repeating: "9", count: 200_000)
    #expect(fault(Array(digits.utf8))?.problem == .numberOutOfRange)
    #expect(fault(Array(("0." + digits).utf8))?.problem == .numberOutOfRange)
  }

  @Test func `a value gives what it is and nothing else`() throws {
    let value = try read(
      "{\"s\":\"x\",\"i\":7,\"d\":7.5,\"w\":7.0,\"b\":true,\"a\":[1],\"n\":null,\"h\":1e300}")
    #expect(value["s"]?.stringValue == "x")
    #expect(value["s"]?.numberValue == nil)
    #expect(value["i"]?.integerValue == 7)
    #expect(value["i"]?.numberValue == 7)
    #expect(value["d"]?.numberValue == 7.5)
    #expect(value["d"]?.integerValue == nil)
    #expect(value["w"]?.integerValue == 7)
    #expect(value["h"]?.integerValue == nil)
    #expect(value["b"]?.boolValue == true)
    #expect(value["b"]?.integerValue == nil)
    #expect(value["a"]?.arrayValue?.count == 1)
    #expect(value["a"]?.members == nil)
    #expect(value["n"]?.isNull == true)
    #expect(value["i"]?.isNull == false)
    #expect(value["x"] == nil)
    #expect(value["i"]?["x"] == nil)
    #expect(value.members?.map(\.key) == ["s", "i", "d", "w", "b", "a", "n", "h"])
    #expect(value.stringValue == nil)
    #expect(value.boolValue == nil)
    #expect(value.arrayValue == nil)
  }

  @Test func `what is written is read as the same, and no broken piece of it ends badly`() throws {
    let seed = UInt64.random(in: 0...UInt64(UInt32.max))
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<300 {
      let value = random(&generator, depth: 5)
      var bytes = Array(value.text.utf8)
      #expect(try JSON(reading: bytes) == value, "seed \(seed)")
      let place = Int.random(in: 0..<bytes.count, using: &generator)
      bytes[place] = UInt8.random(in: 0...255, using: &generator)
      if let changed = try? JSON(reading: bytes) {
        #expect(try JSON(reading: changed.text.utf8) == changed, "seed \(seed)")
      }
    }
  }

  private func random(_ generator: inout SeededGenerator, depth: Int) -> JSON {
    switch Int.random(in: 0..<(depth > 0 ? 7 : 5), using: &generator) {
    case 0: return .null
    case 1: return .bool(Bool.random(using: &generator))
    case 2: return .integer(Int64.random(in: .min ... .max, using: &generator))
    case 3: return .number(Double.random(in: -1e6...1e6, using: &generator))
    case 4: return .string(randomText(&generator))
    case 5:
      let count = Int.random(in: 0..<5, using: &generator)
      return .array((0..<count).map { _ in random(&generator, depth: depth - 1) })
    default:
      let count = Int.random(in: 0..<5, using: &generator)
      return .object(
        (0..<count).map { ("\($0)" + randomText(&generator), random(&generator, depth: depth - 1)) }
      )
    }
  }

  private func randomText(_ generator: inout SeededGenerator) -> String {
    let scalars = (0..<Int.random(in: 0..<12, using: &generator)).compactMap { _ in
      Unicode.Scalar(UInt32.random(in: 0..<0x3000, using: &generator))
    }
    return String(String.UnicodeScalarView(scalars))
  }
}
