import Glibc

/// Every number that makes one machine differ from another, in SI units and degrees
/// Celsius unless said otherwise.
///
/// The values live in Simulator/parameters.csv with their units and where they come from;
/// MachineParametersTable.swift is generated from it, so that the program needs no file.
/// They are effective values of a fit, not measurements of a part.
public struct MachineParameters: Sendable, Equatable {
  /// Name of the set: a column of Simulator/parameters.csv.
  public var name: String
  /// Heat into the drum at level 9 and 202 V; effective, not electrical (W; Q9).
  public var heaterWatts: Double
  /// Watts go with level + this (levels; p0).
  public var heaterOffset: Double
  /// Heat goes with (volts / 202) to this; m2 has no voltage (no unit; nV).
  public var supplyExponent: Double
  /// Share of the heat that reaches an empty drum; ONE preheat seen (no unit; x).
  public var emptyHeaterShare: Double
  /// Drum shell (J/K; Cd).
  public var drumHeatCapacity: Double
  /// Slow drum mass (J/K; C2).
  public var slowHeatCapacity: Double
  /// Walls (J/K; Cw).
  public var wallHeatCapacity: Double
  /// Drum shell to bean surface at 400 g (W/K; hdb).
  public var drumToBeans: Double
  /// Exchange with beans goes with (grams / 400) to this; rests on one 907 g roast (no unit; am).
  public var batchExponent: Double
  /// Growth of drumToBeans with the drum over 200 C (1/100 K; rad).
  public var drumToBeansGrowth: Double
  /// DrumToBeans goes with (drum level / 9) to this; a GUESS, level 9 in all data (no unit; nD).
  public var drumSpeedExponent: Double
  /// Heat carried by the gas with the fan off (W/K; G0).
  public var gasFlowAtRest: Double
  /// Heat carried by the gas, per 1000 rpm (W/K; g1).
  public var gasFlowPerThousandRPM: Double
  /// Drum shell to gas at a gas flow of 2.5 W/K (W/K; kdg).
  public var drumToGas: Double
  /// Gas to bean surface at 400 g and a gas flow of 2.5 W/K (W/K; kbg).
  public var gasToBeans: Double
  /// Exchange with the gas goes with (gas flow / 2.5) to this (no unit; n).
  public var gasExponent: Double
  /// Share of wall over room temperature that the inlet air takes up (no unit; chi).
  public var inletFromWall: Double
  /// Slow drum mass to walls (W/K; kdw).
  public var slowToWall: Double
  /// Gas to walls at a gas flow of 2.5 W/K (W/K; kgw).
  public var gasToWall: Double
  /// Walls to room (W/K; kwa).
  public var wallToRoom: Double
  /// Drum shell to slow drum mass (W/K; k12).
  public var drumToSlow: Double
  /// Drum shell to room (W/K; UAd).
  public var drumToRoom: Double
  /// Walls over room per probe over room, at charge (no unit; om).
  public var wallAtCharge: Double
  /// Slow mass over probe per drum over probe, at charge (no unit; bet).
  public var slowAtCharge: Double
  /// Factor on the drying rate (no unit; kx).
  public var dryingFactor: Double
  /// Activation temperature of drying; the rate at 150 C does not depend on it (K; Ex).
  public var dryingActivation: Double
  /// Factor on the reaction heat (no unit; ke).
  public var reactionFactor: Double
  /// Activation temperature of the reactions; the rate at 200 C does not depend on it (K; Er).
  public var reactionActivation: Double
  /// Reaction heat in a kilogram of dry bean (kJ/kg; Hmax).
  public var reactionHeat: Double
  /// Specific heat of dry bean at 0 C (J/(g K); cp0).
  public var beanHeat: Double
  /// Its growth with temperature (mJ/(g K2); cpT).
  public var beanHeatGrowth: Double
  /// Share of the bean that counts as surface (no unit; fs).
  public var surfaceShare: Double
  /// Bean surface to core at 400 g (W/K; ksc).
  public var surfaceToCore: Double
  /// From loading to the first bean in the drum (s; tin).
  public var chargeDelay: Double
  /// Time constant of the beans falling in (s; tmix).
  public var chargeSpread: Double
  /// From opening the door to the first bean out (s; dis0).
  public var dischargeStart: Double
  /// From opening the door to the last bean out (s; dis1).
  public var dischargeEnd: Double
  /// How much of the drum the infrared sensor sees past the beans (no unit; ali).
  public var infraredDrumShare: Double
  /// Lag of the infrared reading (s; taui).
  public var infraredSeconds: Double
  /// Share of the probe reading that follows the slow part (no unit; ws).
  public var probeSlowShare: Double
  /// Lag of the probe in beans (s; taub).
  public var probeSeconds: Double
  /// Lag of the slow part of the probe (s; taus).
  public var probeSlowSeconds: Double
  /// Lag of the probe in an empty drum (s; taue).
  public var probeEmptySeconds: Double
  /// Probe over room per gas over room in an empty drum; from temperatures at charge (no unit;
  /// xp).
  public var emptyProbeShare: Double
  /// Loss of an empty drum with the square of what it has over 250 C; a GUESS (W/K2; xl).
  public var emptyExcessLoss: Double
  /// Exhaust over room per gas over room; a GUESS (no unit; xe).
  public var exhaustShare: Double
  /// Yearly mean of the room (C; T0m).
  public var roomMean: Double
  /// Seasonal swing of the room, warmest on day 210 (K; seasA).
  public var roomSwing: Double
}

extension MachineParameters: CustomStringConvertible {
  /// The name of the set.
  public var description: String { name }
}

extension MachineParameters {
  /// All sets by name.
  public static let all = [m1, m2, noteM1, noteM2]

  /// The set with a name, if there is one.
  public static func named(_ name: String) -> MachineParameters? {
    all.first { $0.name == name }
  }

  /// What the slow drum mass must have been, judged by the readings before the charge (P9).
  public func slowMassAtCharge(drum: Double, probe: Double) -> Double {
    probe + slowAtCharge * (drum - probe)
  }

  /// What the walls must have been, judged by the probe before the charge (P9).
  public func wallAtCharge(room: Double, probe: Double) -> Double {
    room + wallAtCharge * (probe - room)
  }

  /// The room on a day of the year, for recordings that do not have it (P11).
  public func roomCelsius(dayOfYear: Int) -> Double {
    roomMean + roomSwing * cos(2 * Double.pi * Double(dayOfYear - 210) / 365)
  }

  /// Drying rate at infinite temperature; 9889 K gives the published 1.2e8 (P5).
  var dryingRate: Double {
    dryingFactor * 1.2e8 * exp((dryingActivation - 9889) / 423.15)
  }

  /// Reaction heat rate at infinite temperature; 5500 K gives the published 116200 (P6).
  var reactionRate: Double {
    reactionFactor * 116_200 * exp((reactionActivation - 5500) / 473.15)
  }
}
