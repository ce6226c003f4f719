import Driver
import Fixtures
import Roaster
import Testing

@testable import roast

/// Numbers, lines, curves and help, as people see them.
struct PresentationTests {
  @Test(
    arguments: [
      (0, 1, "0.0"), (1.25, 1, "1.3"), (-1.25, 1, "-1.3"), (0.04, 1, "0.0"), (-0.04, 1, "0.0"),
      (0.05, 2, "0.05"), (-0.005, 2, "-0.01"), (9.99, 1, "10.0"), (123.456, 0, "123"),
      (-0.4, 0, "0"), (1e11, 1, "100000000000.0"), (1e12, 1, "--"), (.nan, 1, "--"),
      (.infinity, 0, "--"), (-.infinity, 0, "--"),
    ] as [(Double, Int, String)])
  func `a number has its digits`(_ value: Double, _ digits: Int, _ text: String) {
    #expect(fixed(value, digits) == text)
  }

  @Test func `durations read as clocks do`() {
    #expect(
      [0, 9, 60, 605, 6000].map(ClockText.minutes) == ["0:00", "0:09", "1:00", "10:05", "100:00"])
  }

  @Test func `degrees have their unit, and dashes where there are none`() {
    #expect(temperature(Celsius(100), .celsius) == "100.0 C")
    #expect(temperature(Celsius(100), .fahrenheit) == "212.0 F")
    #expect(temperature(nil, .fahrenheit) == "--")
    #expect(rate(CelsiusPerMinute(10), .celsius) == "10.0 C/min")
    #expect(rate(CelsiusPerMinute(10), .fahrenheit) == "18.0 F/min", "a difference has no 32")
    #expect(rate(nil, .celsius) == "--")
  }

  @Test func `product numbers are written as in lsusb`() {
    #expect(hex(0x5741) == "0x5741" && hex(0xA27E) == "0xa27e" && hex(1) == "0x0001")
  }

  // MARK: Lines

  @Test func `a line is cut to the terminal, between its pieces: half a number is a wrong number`()
  {
    var line = StyledLine("abc", .strong)
    line.add("")
    line.add("def", .good)
    line.add("ghi")
    #expect(line.text(columns: 100, colour: false) == "abcdefghi")
    #expect(line.text(columns: 5, colour: false) == "abc…")
    #expect(line.text(columns: 3, colour: true) == "\u{1B}[1mabc\u{1B}[0m")
    #expect(line.text(columns: 4, colour: true) == "\u{1B}[1mabc\u{1B}[0m\u{1B}[32m…\u{1B}[0m")
    #expect(line.text(columns: 0, colour: true) == "")
  }

  @Test func `a row of one curve over another keeps the dots of both`() {
    var line = StyledLine()
    line.overlay("\u{2801}\u{2800}\u{2800}", .bean, "\u{2802}\u{2804}\u{2800}", .infrared)
    #expect(line.pieces.map(\.text) == ["\u{2803}", "\u{2804}", "\u{2800}"])
    #expect(line.pieces.map(\.style) == [.bean, .infrared, .plain])
  }

  // MARK: Curves

  private func rows(
    _ columns: Int, _ rows: Int, _ points: [(x: Double, y: Double)?]
  ) -> [String] {
    var curve = Curve(columns: columns, rows: rows)
    curve.draw(points)
    return curve.lines
  }

  @Test func `corners are where they belong`() {
    #expect(rows(2, 2, [(0, 0)]) == ["\u{2800}\u{2800}", "\u{2840}\u{2800}"])
    #expect(rows(2, 2, [(1, 1)]) == ["\u{2800}\u{2808}", "\u{2800}\u{2800}"])
    #expect(rows(2, 2, [(0, 1)]) == ["\u{2801}\u{2800}", "\u{2800}\u{2800}"])
    #expect(rows(2, 2, [(1, 0)]) == ["\u{2800}\u{2800}", "\u{2800}\u{2880}"])
  }

  @Test func `points are joined, and a hole is left open`() {
    #expect(rows(2, 1, [(0, 1), (1, 1)]) == ["\u{2809}\u{2809}"])
    #expect(rows(2, 1, [(0, 1), nil, (1, 1)]) == ["\u{2801}\u{2808}"])
    #expect(rows(1, 1, [(0, 0), (0, 1)]) == ["\u{2847}"])
  }

  @Test func `any points, in any room, are drawn within it`() {
    for seed in UInt64(0)..<UInt64(200 * Fixtures.effort) {
      var random = SeededGenerator(seed: seed)
      let (columns, height) = (
        Int.random(in: -2...30, using: &random), Int.random(in: -2...12, using: &random)
      )
      let points = (0..<20).map { _ -> (x: Double, y: Double)? in
        let choices: [Double] = [.nan, .infinity, -0.1, 1.1, 0, 1]
        func coordinate() -> Double {
          Bool.random(using: &random)
            ? .random(in: 0...1, using: &random) : choices.randomElement(using: &random) ?? 0
        }
        return Int.random(in: 0..<6, using: &random) == 0 ? nil : (coordinate(), coordinate())
      }
      let drawn = rows(columns, height, points)
      #expect(drawn.count == max(1, height), "seed \(seed)")
      #expect(drawn.allSatisfy { $0.count == max(1, columns) }, "seed \(seed)")
    }
  }

  // MARK: Help

  @Test func `text is wrapped at words, and a long word stands alone`() {
    #expect(HelpText.wrapped("a bb ccc dddd", width: 6) == "a bb\nccc\ndddd")
    #expect(HelpText.wrapped("a bb ccc dddd", width: 8) == "a bb ccc\ndddd")
    #expect(
      HelpText.wrapped("one incomprehensibilities two", width: 8)
        == "one\nincomprehensibilities\ntwo")
    #expect(HelpText.wrapped("", width: 8) == "")
  }

  @Test func `every command's help fits a terminal and names all that it takes`() {
    for command in Roast.commands {
      let page = HelpText.page(of: command)
      #expect(page.split(separator: "\n").allSatisfy { $0.count <= 100 }, "\(command.name)")
      for option in command.options { #expect(page.contains("--\(option.name)")) }
      for operand in command.operands { #expect(page.contains(operand.name)) }
      #expect(page.hasPrefix("Usage: roast \(command.name) "))
      #expect(!command.summary.hasSuffix("."))
      #expect(!command.examples.isEmpty, "\(command.name)")
    }
  }

  @Test func `every example in the help is understood`() throws {
    for command in Roast.commands {
      for example in command.examples {
        let line = example.line.prefix { $0 != "|" && $0 != ">" }
        let words = line.split(separator: " ").map(String.init)
        #expect(words.prefix(2) == ["roast", command.name], "\(example.line)")
        #expect(throws: Never.self, "\(example.line)") {
          try Arguments(Array(words.dropFirst(2)), for: command)
        }
      }
    }
  }

  // MARK: Complaints

  @Test func `a complaint has the same facts for people and for programs`() {
    var complaint = Complaint(code: "c", happened: "it broke", next: "Mend it.")
    #expect(complaint.text == "roast: it broke\nMend it.\n")
    #expect(complaint.json.text == #"{"code":"c","message":"it broke","hint":"Mend it."}"#)
    complaint.meaning = "The roast goes on."
    #expect(complaint.text == "roast: it broke\nThe roast goes on.\nMend it.\n")
    #expect(complaint.json.text.contains(#""message":"it broke; The roast goes on.""#))
  }
}
