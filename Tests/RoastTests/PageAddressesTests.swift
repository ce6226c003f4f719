import Daemon
import Fixtures
import Testing

@testable import roast

/// The addresses that `roast page` shows.
struct PageAddressesTests {
  private static let machine = ["2001:db8::5", "192.168.1.5", "10.0.0.5"]

  @Test(
    arguments: [
      (["unix:/s"], [], machine, []),
      (["127.0.0.1:1"], ["a.local"], machine, ["http://127.0.0.1:1"]),
      (["0.0.0.0:1"], [], machine, ["http://192.168.1.5:1", "http://10.0.0.5:1"]),
      (["[::]:1"], [], machine, ["http://[2001:db8::5]:1"]),
      (["0.0.0.0:1"], [], ["2001:db8::5"], ["http://127.0.0.1:1"]),
      (["[0::0]:1"], [], [], ["http://[::1]:1"]),
      (
        ["127.0.0.1:2", "[::]:1", "0.0.0.0:1"], ["a.local"], machine,
        [
          "http://a.local:1", "http://192.168.1.5:1", "http://10.0.0.5:1",
          "http://[2001:db8::5]:1", "http://127.0.0.1:2",
        ]
      ),
    ] as [([String], [String], [String], [String])])
  func `who listens everywhere is shown under every address of the machine, names first`(
    _ listeners: [String], _ hosts: [String], _ machine: [String], _ wanted: [String]
  ) {
    let found = PageAddresses.of(
      listeners.compactMap(Listener.init(text:)), hosts: hosts, machine: machine)
    #expect(found == wanted)
  }

  @Test func `this machine has addresses of its own, and none of them is loopback`() {
    for address in NetworkAddresses.ofThisMachine {
      #expect(Listener(text: address.contains(":") ? "[\(address)]:1" : address + ":1") != nil)
      #expect(!address.hasPrefix("127.") && address != "::1" && !address.hasPrefix("fe80"))
    }
  }

  @Test(arguments: [
    ("127.0.0.1", true), ("localhost", true), ("192.168.1.5", false), ("a.local", false),
  ])
  func `only what others can reach is drawn for their phones`(
    _ host: String, _ isLocal: Bool
  ) async throws {
    let daemon = try ScriptedDaemon { _ in
      .json(
        201, #"{"code":"K7","expires_in_seconds":600,"urls":["http://\#(host):8760/?code=K7"]}"#)
    }
    let run = try await Built.roast(["page", "--socket", daemon.path])
    #expect(run.stdout.contains("Only browsers on this computer can reach it") == isLocal)
    #expect(run.stdout.contains("█") == !isLocal)
  }
}
