/// What a stranger writes into a request's first lines: it is read or refused with an error of the one
/// shape, and what is read means one thing only. Lines of the input are the method, the version, the
/// target, and then headers.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzRequest(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  let lines = bytes.split(
    separator: UInt8(ascii: "\n"), maxSplits: 200, omittingEmptySubsequences: false
  ).map(Array.init)
  let headers = lines.dropFirst(3).map { line in
    let sides = line.split(
      separator: UInt8(ascii: ":"), maxSplits: 1, omittingEmptySubsequences: false)
    return (name: Array(sides[0]), value: sides.count > 1 ? Array(sides[1]) : [])
  }
  readHead(lines[0], lines.count > 1 ? lines[1] : [], headers, count)
  if lines.count > 2 { readTarget(lines[2]) }
  return 0
}

private func readHead(
  _ method: [UInt8], _ version: [UInt8], _ headers: [RequestHead.RawHeader], _ count: Int
) {
  do throws(APIError) {
    let head = try RequestHead(
      method: method, version: version, headers: headers, bytes: count, limits: Limits())
    precondition(head.headers.count == headers.count)
    precondition(!head.hasBody || (head.bodyBytes ?? 0) <= Limits().bodyBytes)
    for (name, value) in head.headers {
      precondition(name == name.lowercased() && !name.isEmpty)
      precondition(!value.utf8.contains { $0 < 0x20 && $0 != 0x09 })
      if name == "cookie" { _ = Cookies([value])["roast_session"] }
      if name == "host", let host = HostName(authority: value) { check(host, in: value) }
      if name == "origin", let host = HostName(origin: value) { check(host, in: value) }
      if name == "last-event-id" { resume(after: value) }
    }
  } catch { check(error) }
}

private func check(_ host: HostName, in value: String) {
  precondition(value.lowercased().utf8.contains(Array(host.name.utf8)))
  precondition(!host.name.contains { "/@?# \t".contains($0) })
}

private func resume(after id: String) {
  var ring = EventRing(run: "run", bytes: 1000, messages: 4)
  for _ in 0..<9 { ring.append(EventStream.Message("event", "{}")) }
  guard let next = ring.number(after: id) else { return }
  precondition((ring.first...ring.next).contains(next))
}

private func readTarget(_ raw: [UInt8]) {
  do throws(APIError) {
    let target = try RequestTarget(raw, limit: Limits().targetBytes)
    let parts = target.path.split(separator: "/", omittingEmptySubsequences: false)
    precondition(parts.first == "" && parts.count > 1)
    for (index, part) in parts.enumerated().dropFirst() {
      precondition(!part.isEmpty || index == parts.count - 1)
      precondition(part != "." && part != ".." && !part.contains("\\"))
    }
    let texts = [target.path] + target.query.flatMap { [$0.name, $0.value] }
    for text in texts { precondition(!text.utf8.contains { $0 < 0x20 || $0 == 0x7F }) }
  } catch { check(error) }
}

private func check(_ error: APIError) {
  precondition((400..<600).contains(error.status))
  precondition(!error.code.isEmpty && !error.message.isEmpty && !error.hint.isEmpty)
  precondition(error.response.finalBytes.count < 4096)
}

extension Sequence<UInt8> {
  fileprivate func contains(_ part: [UInt8]) -> Bool { Array(self).firstRange(of: part) != nil }
}
