import Roaster

/// First crack as a person marked it in a roast.
public struct CrackMark: Equatable, Sendable {
  /// The roaster's serial number and the beans, where they are known.
  public let serial: String?
  public let beans: String?
  public let bean: Celsius
}

extension Archive {
  /// Where people heard first crack, the latest roasts first; what they took back does not count.
  public func crackMarks(limit: Int = 200) throws(StoreFault) -> [CrackMark] {
    try read { (connection) throws(StoreFault) in
      let query = try connection.statement(
        """
        SELECT r.serial, r.beans, e.bean_celsius FROM events e JOIN roasts r ON r.id = e.roast_id
        WHERE e.id IN (SELECT max(id) FROM events WHERE kind = 'first_crack' GROUP BY roast_id)
          AND e.source = 'marked' AND e.change != 'withdrawn' AND e.bean_celsius IS NOT NULL
        ORDER BY e.id DESC LIMIT ?1
        """)
      query.bind(1, limit)
      defer { query.reset() }
      var marks: [CrackMark] = []
      while try query.step() {
        guard let bean = query.double(2) else { continue }
        marks.append(
          CrackMark(
            serial: query.text(0), beans: query.text(1), bean: Celsius(bean)))
      }
      return marks
    }
  }
}
