/// Where the heat went, in joules since the ledger was opened (Specs/physics.md, P14).
///
/// Every entry is the sum of a flow that the integrator really used, in the step it used
/// it. What is stored is not summed here: `Physics.storedJoules` computes it from the
/// temperatures alone, so that the two can contradict each other.
public struct EnergyLedger: Sendable, Equatable {
  /// From the heater into the drum shell.
  public internal(set) var heater = 0.0
  /// Released by the beans' reactions.
  public internal(set) var reaction = 0.0
  /// From drum and walls straight into the room.
  public internal(set) var lostToRoom = 0.0
  /// What drum and beans gave the gas and the gas did not give the walls. The fitted
  /// equations feed the walls without taking it from the gas, so this is the exhaust and
  /// that mismatch in one, and it may be negative for a moment.
  public internal(set) var lostToExhaust = 0.0
  /// Taken by evaporation.
  public internal(set) var latent = 0.0
  /// Warmth of the water that left as vapour.
  public internal(set) var vapour = 0.0
  /// Heat content of beans put in, over 0 C.
  public internal(set) var beansIn = 0.0
  /// Heat content of beans taken out, over 0 C.
  public internal(set) var beansOut = 0.0
  /// What the charge law added by setting the slow mass anew (P9); mostly negative.
  public internal(set) var chargeLaw = 0.0

  /// All that came in, less all that left: to be compared with the change of what is stored.
  public var net: Double {
    heater + reaction + beansIn + chargeLaw
      - lostToRoom - lostToExhaust - latent - vapour - beansOut
  }

  /// The scale a residual is judged on.
  public var turnover: Double { heater + reaction + beansIn + abs(chargeLaw) }
}
