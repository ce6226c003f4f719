import Roaster
import Store

extension Service {
  /// Does what the chronicle asks for.
  mutating func perform(_ effects: [Chronicle.Effect]) {
    let entries = handOut(effects)
    if !entries.isEmpty { parts.journal.append(entries) }
  }

  /// Does it, and calls back when the store has it, and all that was given to the store before.
  mutating func perform(
    _ effects: [Chronicle.Effect],
    then reply: @escaping @Sendable (Result<Void, StoreFault>) -> Void
  ) {
    let entries = handOut(effects)
    // What changes nothing says again what stands, and may not be written yet.
    parts.journal.append(entries.isEmpty ? [.nextBatch(chronicle.batch)] : entries, then: reply)
  }

  /// Tells what is to be told, and returns what is to be kept.
  private mutating func handOut(_ effects: [Chronicle.Effect]) -> [Entry] {
    var entries: [Entry] = []
    for effect in effects {
      switch effect {
      case .keep(let entry): entries.append(entry)
      case .tell(let message): tell(message)
      case .announce(let json):
        parts.hook?.announce(json)
        parts.log(.info, json["event"]?.stringValue ?? "event", Self.facts(of: json))
      }
    }
    return entries
  }

  /// What a line of the log says of an announcement.
  private static func facts(of json: JSON) -> [(key: String, value: String)] {
    let told = [
      "state", "message", "hint", "failure", "roast_id", "roast_seconds", "bean_celsius", "change",
      "source", "author", "anomaly",
    ]
    return told.compactMap { key in
      guard let value = json[key], value != .null else { return nil }
      return (key, value.stringValue ?? value.text)
    }
  }

  /// A twin in a hurry has more points than anybody can look at.
  private mutating func tell(_ message: Chronicle.Message) {
    if message.kind == .telemetry {
      publishedPoints += 1
      guard publishedPoints % stride == 0 else { return }
    }
    parts.stream.publish(message.kind.rawValue, message.json.text)
  }

  private var stride: UInt64 {
    UInt64(max(1, (chronicle.origin.speed / Self.fastest).rounded(.up)))
  }

  /// Up to so many times the roaster's own pace, every point is told.
  private static var fastest: Double { 2 }

  /// The store's health has changed.
  mutating func tellStore() {
    let health = parts.journal.health
    if let problem = health.problem {
      parts.log(.error, "store_degraded", [("problem", problem.message)])
    } else if storeWasDegraded {
      parts.log(.notice, "store_ok", [("lost_points", "\(health.lostPoints)")])
    }
    storeWasDegraded = health.isDegraded
    if let file = health.setAside, file != toldSetAside {
      toldSetAside = file
      parts.log(.error, "database_set_aside", [("was_damaged", file)])
    }
    let json = health.json(path: parts.databasePath)
    parts.stream.publish(Chronicle.Message.Kind.store.rawValue, json.text)
  }
}
