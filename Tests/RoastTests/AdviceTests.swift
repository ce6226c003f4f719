import Fixtures
import FoundationEssentials
import Glibc
import Roaster
import Testing

@testable import Driver
@testable import roast

/// What people are told about the connection, and what that rests on.
struct AdviceTests {
  private let now = MonotonicTime(seconds: 100)

  private func link(_ phase: Link.Phase, _ failure: Failure? = nil, age: Double? = nil) -> Link {
    var link = Link()
    link.phase = phase
    link.lastFailure = failure
    link.lastReading = age.map { MonotonicTime(seconds: 100 - $0) }
    return link
  }

  @Test func `while readings come there is nothing to say`() {
    #expect(LinkAdvice(link(.up, age: 0.1), at: now) == nil)
    #expect(LinkAdvice(link(.up, age: 2), at: now) == nil)
  }

  @Test func `every state but up says what happened and what to do, in whole sentences`() throws {
    let links = [
      link(.connecting), link(.connecting, .transport(.timeout)), link(.up, age: 2.5),
      link(.absent, .transport(.absent)), link(.busy, .transport(.busy)),
      link(.denied, .transport(.denied)), link(.unsupported, .length(.info1, received: 7)),
      link(.unsupported, .transport(.unsupported(product: 0xA4CD))),
    ]
    var told: Set<String> = []
    for link in links {
      let advice = try #require(LinkAdvice(link, at: now))
      for sentence in [advice.happened, advice.next] {
        #expect(sentence.hasSuffix("."), "\(sentence)")
        #expect(sentence.first?.isUppercase == true || sentence.first == "'", "\(sentence)")
      }
      told.insert(advice.happened)
    }
    #expect(told.count == links.count, "no two states are told alike")
  }

  @Test func `a stale link tells its age and why`() throws {
    let stale = link(.up, .length(.status2, received: 3), age: 2.54)
    let advice = try #require(LinkAdvice(stale, at: now))
    #expect(
      advice.happened == "The last reading is 2.5 s old "
        + "(last failure: the answer to status2 had 3 bytes instead of 64).")
    #expect(advice.next.contains("panel"))
  }

  @Test func `an R2 is named by its product`() throws {
    let advice = try #require(
      LinkAdvice(link(.unsupported, .transport(.unsupported(product: 0xA4CD))), at: now))
    #expect(advice.happened.contains("R2 (product 0xa4cd)"))
  }

  @Test func `every fault has words of its own`() {
    let faults: [TransportFault] = [
      .absent, .unsupported(product: 1), .busy, .denied, .timeout, .stalled, .overflow,
      .shortWrite(taken: 1), .gone, .ended, .failed(code: -1),
    ]
    let texts = faults.map { Failure.transport($0).text }
    #expect(Set(texts).count == faults.count)
    #expect(Failure.mispaired.text != Failure.babbling.text)
  }

  // MARK: The udev rule

  private func rule(_ text: String?) throws -> Finding {
    let folder = try TemporaryFolder()
    if let text { try folder.put(Array(text.utf8), as: "70-roast.rules") }
    return UdevRule.finding(in: ["/nowhere/at/all", folder.path])
  }

  @Test func `the rule that is shipped is found good`() throws {
    let shipped = FileManager.default.contents(atPath: Fixtures.root + "/udev/70-roast.rules")
    let finding = try rule(String(decoding: try #require(shipped), as: UTF8.self))
    #expect(finding.grade == .good)
    #expect(finding.found.hasSuffix("/70-roast.rules"))
  }

  @Test func `a missing rule, or one that leaves a product out, is noted`() throws {
    let half = #"SUBSYSTEM=="usb", ATTR{idVendor}=="0483", ATTR{idProduct}=="5741", MODE="0660""#
    #expect(try rule(nil).found == "No udev rule for the roaster is installed")
    #expect(try rule("# \(half)\n").found == "No udev rule for the roaster is installed")
    let finding = try rule(half + "\n")
    #expect(finding.grade == .note)
    #expect(finding.found.hasSuffix("leaves out product 0xa27e"))
    #expect(finding.next != nil)
  }

  @Test func `products may be spread over files, and written in capitals`() throws {
    let folder = try TemporaryFolder()
    for product in ["5741", "A27E"] {
      let text = "ATTR{idVendor}==\"0483\", ATTR{idProduct}==\"\(product)\", MODE=\"0660\"\n"
      try folder.put(Array(text.utf8), as: "\(product).rules")
    }
    try folder.put(Array("ATTR{idVendor}==\"0483\"".utf8), as: "other.txt")
    #expect(UdevRule.finding(in: [folder.path]).grade == .good)
  }

  @Test func `other boards of the same maker are no rule for the roaster`() throws {
    let text = #"ATTRS{idVendor}=="0483", ATTRS{idProduct}=="df11", MODE="0666""#
    #expect(try rule(text).found == "No udev rule for the roaster is installed")
  }

  // MARK: Who holds it

  @Test func `the program that holds a file open is named, while it does`() async throws {
    let folder = try TemporaryFolder()
    let path = try folder.put([1], as: "node")
    let node = DeviceNode(path: path)
    #expect(node.holders().isEmpty)
    #expect(node.isAccessible)
    let ours = open(path, O_RDONLY | O_CLOEXEC)
    #expect(node.holders().isEmpty, "we are no other program")
    close(ours)
    let holder = try Program("/bin/sh", ["-c", "exec sleep 200 3<\(path)"], limitSeconds: 200)
    for _ in 0..<500 where node.holders().first?.hasPrefix("sleep") != true {
      try await Task.sleep(for: .milliseconds(20))
    }
    let holders = node.holders()
    #expect(holders.count == 1)
    #expect(holders.first?.hasPrefix("sleep (pid ") == true)
    holder.send(SIGKILL)
    _ = await holder.outcome()
    #expect(node.holders().isEmpty)
  }

  @Test func `a device's file is where the kernel puts it`() {
    let device = Device(product: 0x5741, serial: nil, bus: 3, address: 17)
    #expect(DeviceNode(device).path == "/dev/bus/usb/003/017")
  }
}
