import FoundationEssentials
import Testing

@testable import Roaster

struct JSONTests {
  @Test func `members keep their order`() {
    let value = JSON.object([("z", .integer(1)), ("a", .array([.null, .bool(true)]))])
    #expect(value.text == #"{"z":1,"a":[null,true]}"#)
  }

  @Test func `a number from the wire has the digits it has there`() {
    #expect(JSON(wire: Double(Float(180.3))).text == "180.3")
    #expect(JSON(wire: Double(Float(-0.1))).text == "-0.1")
    #expect(JSON(wire: 25).text == "25")
    #expect(JSON(wire: nil).text == "null")
  }

  @Test func `what JSON has no word for is null`() {
    #expect(JSON.number(.nan).text == "null")
    #expect(JSON.number(-.infinity).text == "null")
  }

  @Test func `any text can be read back by another JSON library`() throws {
    let awkward = "quote \" slash \\ newline \n tab \t bell \u{07} delete \u{7F} ünïcödé 🫘"
    let text = JSON.array([.string(awkward)]).text
    let read = try JSONDecoder().decode([String].self, from: Data(text.utf8))
    #expect(read == [awkward])
  }
}
