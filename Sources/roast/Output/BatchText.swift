import Roaster

/// What a batch is called, made of and weighs, for a person.
struct BatchText {
  private let batch: JSON

  /// A roast or the next batch, as the API tells of it.
  init(_ batch: JSON) { self.batch = batch }

  /// The name, else the beans.
  var name: String? { filled("title") ?? filled("beans") }

  /// Name and beans.
  var names: String? {
    let names = [filled("title"), filled("beans")].compactMap(\.self)
    return names.isEmpty ? nil : names.joined(separator: ", ")
  }

  /// `400 g in, 345 g out, 13.8 % lost`.
  var weights: String? {
    var parts: [String] = []
    if let grams = batch.fact("grams_in") { parts.append("\(trimmed(grams)) g in") }
    if let grams = batch.fact("grams_out") { parts.append("\(trimmed(grams)) g out") }
    if let ratio = batch.fact("weight_loss_ratio") {
      parts.append("\(fixed(100 * ratio, 1)) % lost")
    }
    return parts.isEmpty ? nil : parts.joined(separator: ", ")
  }

  var notes: String? { filled("notes") }

  /// All of it on one line; nil when nothing is known.
  var line: String? {
    let parts = [names, weights, notes].compactMap(\.self)
    return parts.isEmpty ? nil : parts.joined(separator: "; ")
  }

  private func filled(_ key: String) -> String? {
    batch.words(key).flatMap { $0.isEmpty ? nil : $0 }
  }
}
