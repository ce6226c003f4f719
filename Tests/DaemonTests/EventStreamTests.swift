import Daemon
import Fixtures
import Glibc
import Testing

/// Server-sent events over real sockets: nothing lost, nothing twice, nobody waited for.
struct EventStreamTests {
  private struct Event: Equatable {
    var id: String?
    var name = ""
    var data = ""
  }

  /// What a browser makes of a stream's next event; blocks without data are none.
  private func next(_ client: RawClient, _ text: inout String) throws -> Event {
    while true {
      while let end = text.firstRange(of: "\n\n") {
        let block = text[..<end.lowerBound]
        text = String(text[end.upperBound...])
        var event = Event()
        for line in block.split(separator: "\n") where line != ":" {
          let sides = line.split(
            separator: ": ", maxSplits: 1, omittingEmptySubsequences: false)
          try #require(sides.count == 2, "\(line)")
          switch sides.first {
          case "id": event.id = String(sides[1])
          case "event": event.name = String(sides[1])
          case "data": event.data += (event.data.isEmpty ? "" : "\n") + sides[1]
          default: break
          }
        }
        if !event.name.isEmpty { return event }
      }
      text += try chunk(client)
    }
  }

  private func chunk(_ client: RawClient) throws -> String {
    let size = try #require(Int(try client.take(through: "\r\n").dropLast(1), radix: 16))
    let chunk = size == 0 ? "" : try client.take(bytes: size)
    _ = try client.take(through: "\r\n")
    try #require(size > 0, "the stream has ended")
    return chunk
  }

  private func open(
    _ server: TestServer, _ listener: Listener, after: String? = nil
  ) throws -> RawClient {
    let client = try RawClient(listener)
    client.request("GET", "/stream", after.map { ["Last-Event-ID: \($0)"] } ?? [])
    let head = try client.head()
    #expect(head.status == 200)
    #expect(head.headers["content-type"] == "text/event-stream")
    #expect(head.headers["cache-control"] == "no-store")
    return client
  }

  @Test func `every reader gets every event in order, the greeting first`() throws {
    let server = try TestServer()
    let clients = try (0..<20).map { try open(server, $0 % 2 == 0 ? server.unix : server.tcp) }
    for number in 1...300 { server.stream.publish("telemetry", "{\"n\":\(number)}") }
    for client in clients {
      var text = ""
      #expect(try next(client, &text) == Event(name: "hello", data: "{}"))
      for number in 1...300 {
        let wanted = Event(id: "run-\(number)", name: "telemetry", data: "{\"n\":\(number)}")
        #expect(try next(client, &text) == wanted)
      }
    }
  }

  @Test func `data of several lines stays one event`() throws {
    let server = try TestServer()
    let client = try open(server, server.unix)
    server.stream.publish("note", "one\ntwo\n\nid: forged")
    var text = ""
    _ = try next(client, &text)
    let event = try next(client, &text)
    #expect(event.id == "run-1")
    #expect(event.data.hasPrefix("one\ntwo\n"))
  }

  @Test func `who comes back at any place misses nothing and gets nothing twice`() throws {
    let server = try TestServer()
    let stream = server.stream
    var publisher: OwnThread?
    defer { publisher?.join() }
    var (last, number, round) = (nil as String?, 0, 0)
    while number < 3000 {
      defer { round += 1 }
      let client = try open(server, round % 2 == 0 ? server.unix : server.tcp, after: last)
      var text = ""
      #expect(try next(client, &text).name == "hello")
      if round == 0 {
        publisher = OwnThread {
          for number in 1...3000 {
            stream.publish("telemetry", "\(number)")
            usleep(50)
          }
        }
      }
      for _ in 0..<(round == 0 ? 1 : 37) where number < 3000 {
        let event = try next(client, &text)
        number += 1
        #expect(event == Event(id: "run-\(number)", name: "telemetry", data: "\(number)"))
        last = event.id
      }
      client.hangUp()
    }
  }

  @Test(arguments: ["other-3", "run-99", "run-4", "run--1", "run-", "-5", "run-x", "run", "run-0"])
  func `who comes back too late, or from another run, is told to begin anew`(
    _ last: String
  ) throws {
    var limits = EventStream.Limits()
    limits.messages = 5
    let server = try TestServer(stream: EventStream(run: "run", limits: limits))
    for number in 1...10 { server.stream.publish("telemetry", "\(number)") }
    let client = try open(server, server.unix, after: last)
    server.stream.publish("telemetry", "11")
    var text = ""
    #expect(try next(client, &text).name == "hello")
    #expect(try next(client, &text).name == "reset")
    #expect(try next(client, &text) == Event(id: "run-11", name: "telemetry", data: "11"))
  }

  @Test func `the oldest place that is still there is resumed, the newest too`() throws {
    var limits = EventStream.Limits()
    limits.messages = 5
    let server = try TestServer(stream: EventStream(run: "a-b", limits: limits))
    for number in 1...10 { server.stream.publish("telemetry", "\(number)") }
    for (last, first) in [("a-b-5", 6), ("a-b-9", 10)] {
      let client = try open(server, server.unix, after: last)
      var text = ""
      _ = try next(client, &text)
      #expect(try next(client, &text).data == "\(first)")
      client.hangUp()
      server.stream.publish("wake", "")
      #expect(eventually { server.stream.count == 0 })
    }
  }

  @Test func `bytes limit what is kept as well`() throws {
    var limits = EventStream.Limits()
    limits.bytes = 10_000
    let server = try TestServer(stream: EventStream(run: "run", limits: limits))
    for _ in 1...20 { server.stream.publish("big", String(repeating: "x", count: 1000)) }
    for (last, isThere) in [("run-5", false), ("run-10", false), ("run-12", true)] {
      let client = try open(server, server.unix, after: last)
      var text = ""
      _ = try next(client, &text)
      #expect(try next(client, &text).name == (isThere ? "big" : "reset"), "\(last)")
    }
  }

  @Test func `before anything happens a stream says where it is, so that nothing gets lost`()
    throws
  {
    let server = try TestServer()
    server.stream.publish("before", "1")
    let client = try open(server, server.unix)
    let opening = try chunk(client)
    #expect(opening.hasPrefix("retry: 1000\nid: run-1\n\n"))
    client.hangUp()
    server.stream.publish("meanwhile", "2")
    let again = try open(server, server.unix, after: "run-1")
    var text = ""
    _ = try next(again, &text)
    #expect(try next(again, &text) == Event(id: "run-2", name: "meanwhile", data: "2"))
  }

  @Test func `who never reads is dropped, and nobody waits for it`() throws {
    var limits = EventStream.Limits()
    limits.behindBytes = 300_000
    let server = try TestServer(stream: EventStream(run: "run", limits: limits))
    let reader = try open(server, server.tcp)
    let deaf = try RawClient(server.tcp, receiveBytes: 4096)
    deaf.request("GET", "/stream")
    let near = try RawClient(server.unix)
    near.request("GET", "/stream")
    #expect(eventually { server.stream.count == 3 })
    let payload = String(repeating: "x", count: 10_000)
    var longest = Duration.zero
    for number in 1...900 {
      let started = ContinuousClock.now
      server.stream.publish("big", payload)
      longest = max(longest, ContinuousClock.now - started)
      _ = try reader.take(through: "id: run-\(number)\n")
    }
    #expect(server.stream.count == 1)
    #expect(eventually { server.server.connections == 1 })
    #expect(longest < .milliseconds(500), "publishing took \(longest)")
    #expect(deaf.isHungUpOn())
    #expect(near.isHungUpOn())
  }

  @Test func `a silent stream says now and then that it is alive, and who is gone is noticed`()
    throws
  {
    let server = try TestServer(limits: TestServer.limits { $0.keepAliveSeconds = 0.1 })
    let client = try open(server, server.tcp)
    var comments = 0
    while comments < 3 { if try chunk(client) == ":\n\n" { comments += 1 } }
    server.stream.publish("telemetry", "1")
    var text = ""
    #expect(try next(client, &text) == Event(id: "run-1", name: "telemetry", data: "1"))
    client.hangUp()
    #expect(eventually { server.stream.count == 0 && server.server.connections == 0 })
  }

  @Test func `two lives of the daemon under the same number have different names`() throws {
    let names = Set((0..<50).map { _ in EventStream.name(ofRun: 1) })
    #expect(names.count == 50)
    #expect(names.allSatisfy { $0.hasPrefix("1-") && $0.utf8.count == 10 })
    let server = try TestServer(stream: EventStream(run: EventStream.name(ofRun: 1)))
    for number in 1...3 { server.stream.publish("telemetry", "\(number)") }
    let client = try open(server, server.unix, after: EventStream.name(ofRun: 1) + "-2")
    var text = ""
    #expect(try next(client, &text).name == "hello")
    #expect(try next(client, &text).name == "reset")
  }

  @Test func `a subscription that nobody serves is let go of`() {
    let stream = EventStream(run: "run")
    do {
      let subscription = stream.subscribe()
      #expect(stream.count == 1)
      withExtendedLifetime(subscription) {}
    }
    #expect(stream.count == 0)
  }
}
