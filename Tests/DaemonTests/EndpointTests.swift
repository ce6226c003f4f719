import Fixtures
import FoundationEssentials
import Roaster
import Testing

@testable import Daemon

struct EndpointTests {
  /// What Specs/api.yaml says of one operation.
  private struct Operation: Hashable {
    var method: String
    var path: String
    var id = ""
    var parameters: Set<String> = []
    var isOpen = false
  }

  /// The operations of the specification, read by its indentation: two spaces a path, four a
  /// method.
  private func specified() throws -> [Operation] {
    let data = try #require(FileManager.default.contents(atPath: Fixtures.root + "/Specs/api.yaml"))
    let lines = String(decoding: data, as: UTF8.self)
      .split(separator: "\n", omittingEmptySubsequences: false)
    let start = try #require(lines.firstIndex(of: "paths:"))
    let end = try #require(lines.firstIndex(of: "components:"))
    var operations: [Operation] = []
    var path = ""
    for line in lines[(start + 1)..<end] {
      let words = line.drop { $0 == " " }
      switch line.count - words.count {
      case 2: path = String(words.dropLast())
      case 4 where words.hasSuffix(":") && words != "parameters:":
        operations.append(Operation(method: words.dropLast().uppercased(), path: path))
      case 6 where words.hasPrefix("operationId: "):
        operations[operations.count - 1].id = String(words.dropFirst("operationId: ".count))
      case 6 where words == "security: []": operations[operations.count - 1].isOpen = true
      case 8 where words.hasPrefix("- {name: ") && words.contains("in: query"):
        let name = words.dropFirst("- {name: ".count).prefix { $0 != "," }
        operations[operations.count - 1].parameters.insert(String(name))
      default: break
      }
    }
    return operations
  }

  @Test func `the specification and the program name the same endpoints`() throws {
    let specified = try specified()
    #expect(specified.count == Endpoint.allCases.count)
    for endpoint in Endpoint.allCases {
      let operation = try #require(
        specified.first { $0.method == endpoint.method && $0.path == endpoint.template },
        "\(endpoint) is not specified")
      #expect(operation.id == endpoint.rawValue)
      #expect(operation.parameters == endpoint.parameters, "\(endpoint)")
      #expect(operation.isOpen == (endpoint.role == nil), "\(endpoint)")
    }
  }

  @Test func `every endpoint is found by its own method and path`() throws {
    for endpoint in Endpoint.allCases {
      let path = endpoint.template.split(separator: "/", omittingEmptySubsequences: false)
        .map { $0.hasPrefix("{") ? "x" : $0 }.joined(separator: "/")
      let (found, parts) = try Endpoint.match(endpoint.method, path)
      #expect(found == endpoint)
      #expect(parts.count == endpoint.template.split(separator: "{").count - 1)
      #expect(parts.allSatisfy { $0 == "x" })
    }
  }

  @Test func `another method is refused with those that there are, another path as unknown`() {
    let wrong = #expect(throws: APIError.self) { try Endpoint.match("DELETE", "/v1/batch") }
    #expect(wrong?.status == 405)
    #expect(wrong?.headers.first { $0.name == "Allow" }?.value == "GET, PUT, HEAD")
    for path in ["", "/v1", "/v1/", "/v1/status/", "/v1/roasts//events", "/page/"] {
      let unknown = #expect(throws: APIError.self) { try Endpoint.match("GET", path) }
      #expect(unknown?.status == 404, "\(path)")
    }
  }

  @Test func `every file of the page is served with its type`() throws {
    let folder = Fixtures.root + "/Sources/Daemon/Page"
    let names = try FileManager.default.contentsOfDirectory(atPath: folder)
    #expect(names.contains("index.html"))
    for name in names {
      let file = try PageFile.named(name)
      let data = try #require(FileManager.default.contents(atPath: folder + "/" + name))
      #expect(file.bytes == Array(data), "\(name)")
    }
    #expect(throws: APIError.self) { try PageFile.named("../API/API.swift") }
    #expect(throws: APIError.self) { try PageFile.named("roast.db") }
  }
}
