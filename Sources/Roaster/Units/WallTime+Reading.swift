extension WallTime {
  /// The time that an RFC 3339 text names, such as `2026-11-21T02:10:41.123Z` or
  /// `2026-11-21t04:10:41+02:00`; nil when it is none. Digits below a millisecond are cut off.
  public init?(text: String) {
    var rest = Array(text.utf8)[...]
    guard let year = rest.takeNumber(4), rest.take("-"), let month = rest.takeNumber(2),
      rest.take("-"), let day = rest.takeNumber(2), rest.take("T"),
      let hour = rest.takeNumber(2), rest.take(":"), let minute = rest.takeNumber(2),
      rest.take(":"), let second = rest.takeNumber(2),
      let fraction = rest.takeFraction(), let offset = rest.takeOffset(), rest.isEmpty,
      (1...12).contains(month), day >= 1, day <= Self.days(in: month, of: year),
      hour < 24, minute < 60, second < 61
    else { return nil }
    let minutes = (Self.daysSince1970(year, month, day) * 24 + hour) * 60 + minute - offset
    // A leap second is told as the last one before it.
    self.init(milliseconds: (minutes * 60 + min(second, 59)) * 1000 + fraction)
  }

  private static func days(in month: Int64, of year: Int64) -> Int64 {
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    switch month {
    case 2: return isLeap ? 29 : 28
    case 4, 6, 9, 11: return 30
    default: return 31
    }
  }

  /// By counting 400-year eras that begin in March, so that the leap day is the last of its year.
  private static func daysSince1970(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
    let year = month <= 2 ? year - 1 : year
    let era = (year >= 0 ? year : year - 399) / 400
    let yearOfEra = year - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
  }
}

extension ArraySlice<UInt8> {
  /// Takes a letter or sign off the front, if it is there; letters in either case.
  fileprivate mutating func take(_ sign: Unicode.Scalar) -> Bool {
    let wanted = UInt8(ascii: sign)
    let isLetter = sign.properties.isAlphabetic
    guard let first, first == wanted || (isLetter && first == wanted | 0x20) else { return false }
    removeFirst()
    return true
  }

  fileprivate mutating func takeNumber(_ digits: Int) -> Int64? {
    guard count >= digits, prefix(digits).allSatisfy(\.isDigit) else { return nil }
    defer { removeFirst(digits) }
    return prefix(digits).reduce(0) { $0 * 10 + Int64($1 - 0x30) }
  }

  /// Milliseconds; 0 when there is no fraction, nil when there is a point without digits.
  fileprivate mutating func takeFraction() -> Int64? {
    guard take(".") else { return 0 }
    let digits = prefix { $0.isDigit }
    guard !digits.isEmpty else { return nil }
    removeFirst(digits.count)
    return (Array(digits.prefix(3)) + [0x30, 0x30]).prefix(3).reduce(0) {
      $0 * 10 + Int64($1 - 0x30)
    }
  }

  /// Minutes east of Greenwich.
  fileprivate mutating func takeOffset() -> Int64? {
    if take("Z") { return 0 }
    let sign: Int64 = take("-") ? -1 : take("+") ? 1 : 0
    guard sign != 0, let hours = takeNumber(2), take(":"), let minutes = takeNumber(2),
      hours < 24, minutes < 60
    else { return nil }
    return sign * (hours * 60 + minutes)
  }
}

extension UInt8 {
  fileprivate var isDigit: Bool { (0x30...0x39).contains(self) }
}
