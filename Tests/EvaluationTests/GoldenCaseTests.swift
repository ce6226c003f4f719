import Analysis
import Evaluation
import Roaster
import Testing

struct GoldenCaseTests {
  @Test func `the shipped cases are sound, and enough of each kind`() throws {
    let cases = try GoldenCases.all()
    for golden in cases {
      #expect(GoldenCheck(golden).problems == [], "\(golden.name)")
      #expect(try GoldenCase(reading: Array(golden.text.utf8)) == golden, "\(golden.name)")
    }
    #expect(GoldenCheck.duplicates(cases).isEmpty)
    #expect(cases.count >= 40)
    #expect(cases.count { $0.expectation == .refuse } >= 12)
    #expect(cases.count { $0.expectation == .fail } >= 10)
    #expect(cases.count { !$0.faults.isEmpty } >= 8)
    #expect(cases.count { $0.source == .realSuccess } >= 4)
    #expect(Set(cases.map(\.machine)).isSuperset(of: ["m1", "m2"]))
  }

  @Test(arguments: [
    ("[]", "the file must be an object"), ("{}", "schema must be 1"), ("{", "the file is not JSON"),
    (#"{"schema":1,"name":"A"}"#, "name must be"),
    (#"{"schema":1,"name":"../x","target":{"name":"t"}}"#, "name must be"),
    (#"{"schema":1,"name":"a"}"#, "target is missing"),
    (
      #"{"schema":1,"name":"a","target":{"name":"t","drop":{"seconds":-1}}}"#, "target.drop.seconds"
    ),
    (#"{"schema":1,"name":"a","target":{"name":"t"},"grammes":1}"#, "grammes is not known"),
    (#"{"schema":1,"name":"a","target":{"name":"t"},"trials":1.5}"#, "trials must be a whole"),
    (
      #"{"schema":1,"name":"a","target":{"name":"t"},"expectation":"hope"}"#,
      "expectation is 'hope'; expected succeed, refuse, abort, fail"
    ),
    (#"{"schema":1,"name":"a","target":{"name":"t"},"expectation":"fail"}"#, "reasons are missing"),
    (#"{"schema":1,"name":"a","target":{"name":"t"},"reasons":["x"]}"#, "reasons are for what"),
    (
      #"{"schema":1,"name":"a","target":{"name":"t"},"commands":[{"seconds":9},{"seconds":8}]}"#,
      "commands[1].seconds goes back"
    ),
    (
      #"{"schema":1,"name":"a","target":{"name":"t"},"proposals":[{"state":"asleep"}]}"#,
      "proposals[0].steps must be"
    ),
  ])
  func `what is wrong is named by its place`(text: String, problem: String) throws {
    let error = #expect(throws: TargetError.self) { try GoldenCase(reading: Array(text.utf8)) }
    let told = try #require(error)
    #expect("\(told.place) \(told.problem)".hasPrefix(problem), "\(told.place) \(told.problem)")
  }

  @Test func `no bytes break the reader`() throws {
    let text = Array(try GoldenCases.named("refuse-sequence").text.utf8)
    var random = SeededGenerator(seed: 6)
    for _ in 0..<3000 {
      var bytes = text
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        let place = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0...2, using: &random) {
        case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
        case 1: bytes.remove(at: place)
        default: bytes.insert(UInt8.random(in: 32...126, using: &random), at: place)
        }
      }
      guard let golden = try? GoldenCase(reading: bytes) else { continue }
      _ = GoldenCheck(golden)
    }
    #expect(throws: TargetError.self) {
      try GoldenCase(reading: [UInt8](repeating: UInt8(ascii: "["), count: 2_000_000))
    }
  }

  @Test func `a case that cannot do what it says is told`() throws {
    var golden = try GoldenCases.named("medium-400")
    golden.machine = "m9"
    golden.faults = [.object([("kind", .string("gremlins"))])]
    #expect(GoldenCheck(golden).problems.contains { $0.hasPrefix("machine: 'm9'") })
    golden.machine = "m1"
    #expect(GoldenCheck(golden).problems.contains { $0.contains("gremlins") })
    golden.faults = []
    golden.expectation = .refuse
    golden.reasons = ["bean_ceilng"]
    let problems = GoldenCheck(golden).problems
    #expect(problems.contains { $0.contains("bean_ceilng") })
    #expect(problems.contains { $0.contains("refused for nothing") })
  }
}
