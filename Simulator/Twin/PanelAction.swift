import Roaster

/// What an operator does at the roaster, with hands.
public enum PanelAction: Equatable, Sendable {
  /// The panel's one button.
  case prs
  /// From cooling straight to preheating, for the next batch.
  case preheatAgain
  /// Sets the preheat target on the panel.
  case preheatTarget(Int)
  /// Pours beans into the hopper and opens its flap.
  case load(grams: Double)
  case openDoor
  case closeDoor
  /// Turns a knob by so many steps; negative turns it back.
  case turn(Control, by: Int)
}
