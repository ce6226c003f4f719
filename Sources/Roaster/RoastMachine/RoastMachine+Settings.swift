extension RoastMachine {
  /// What differs from bean to bean and from roaster to roaster (Specs/machine.md M12).
  public struct Settings: Equatable, Sendable {
    /// A landmark taken to be where a temperature is reached.
    public struct Crossing: Equatable, Sendable {
      /// The one that is read.
      public var sensor: Sensor
      /// Where the landmark is taken to be.
      public var temperature: Celsius

      /// Where this sensor reaches this temperature.
      public init(_ sensor: Sensor, _ temperature: Celsius) {
        self.sensor = sensor
        self.temperature = temperature
      }
    }

    /// Nil: only a person marks it.
    public var yellowing: Crossing?
    /// Nil: only a person marks it.
    public var firstCrack: Crossing?
    /// Nil: only a person marks it.
    public var firstCrackEnd: Crossing?
    /// Nil: only a person marks it.
    public var secondCrack: Crossing?

    /// The medians of the roasts that were marked by eye and ear; the end of first crack and second
    /// crack are left to people.
    public init(
      yellowing: Crossing? = Crossing(.bean, Celsius(123)),
      firstCrack: Crossing? = Crossing(.bean, Celsius(187)),
      firstCrackEnd: Crossing? = nil,
      secondCrack: Crossing? = nil
    ) {
      self.yellowing = yellowing
      self.firstCrack = firstCrack
      self.firstCrackEnd = firstCrackEnd
      self.secondCrack = secondCrack
    }

    var crossings: [(Landmark, Crossing)] {
      let pairs: [(Landmark, Crossing?)] = [
        (.yellowing, yellowing), (.firstCrack, firstCrack), (.firstCrackEnd, firstCrackEnd),
        (.secondCrack, secondCrack),
      ]
      return pairs.compactMap { landmark, crossing in crossing.map { (landmark, $0) } }
    }
  }
}
