import Roaster

/// What a stranger asks of the API: a method, a target and a body lead to one endpoint with values
/// that are what they must be, or to an error of the one shape. Lines of the input are the method,
/// the target, and then the body.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzRoute(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  let lines = bytes.split(
    separator: UInt8(ascii: "\n"), maxSplits: 2, omittingEmptySubsequences: false
  ).map(Array.init)
  guard lines.count == 3 else { return 0 }
  do throws(APIError) {
    let target = try RequestTarget(lines[1], limit: Limits().targetBytes)
    let method = String(decoding: lines[0].prefix(20), as: UTF8.self)
    let (endpoint, parts) = try Endpoint.match(method, target.path)
    precondition(parts.allSatisfy { !$0.isEmpty && !$0.contains("/") })
    try read(Parameters(target.query, of: endpoint))
    try read(
      RequestBody(
        HTTPRequest(path: target.path, body: lines[2], peer: .unix(uid: 0)), allowing: members))
  } catch {
    precondition((400..<600).contains(error.status))
    precondition(!error.code.isEmpty && !error.message.isEmpty && !error.hint.isEmpty)
    precondition(error.response.finalBytes.count < 4096)
  }
  return 0
}

private let members = ["event", "at", "seconds_ago", "key", "title", "grams_in", "notes"]

private func read(_ parameters: Parameters) throws(APIError) {
  if let limit = try parameters.integer("limit", in: 1...500) {
    precondition((1...500).contains(limit))
  }
  if let step = try parameters.number("step", in: 0...3600) {
    precondition((0...3600).contains(step))
  }
  if let format = try parameters.choice("format", of: ["csv", "svg"]) {
    precondition(["csv", "svg"].contains(format))
  }
  if let from = try parameters.time("from") { precondition(WallTime(text: from.text) == from) }
}

private func read(_ body: RequestBody) throws(APIError) {
  if let key = try body.text("key", most: 64) { precondition(key.unicodeScalars.count <= 64) }
  if let title = try body.text("title") { precondition(!title.contains("\n")) }
  _ = try body.text("notes", most: 4000, lines: true)
  if let grams = try body.number("grams_in", in: 1...5000) {
    precondition((1...5000).contains(grams))
  }
  if let at = try body.time("at") { precondition(WallTime(text: at.text) == at) }
}
