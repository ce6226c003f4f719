import Roaster
import Simulator

/// What the commands that run the model are told alike.
extension Arguments {
  /// A number in a range.
  func number(
    _ option: String, in range: ClosedRange<Double>, of command: String
  ) throws(Complaint) -> Double? {
    guard let text = value(option) else { return nil }
    guard let value = Double(text), range.contains(value) else {
      throw .badValue(
        text, option: option,
        expected: "a number from \(fixed(range.lowerBound, 1)) to \(fixed(range.upperBound, 1))",
        command)
    }
    return value
  }

  /// Whose parameters the model is to have.
  func machine(of command: String) throws(Complaint) -> MachineParameters? {
    guard let name = value("machine") else { return nil }
    guard let machine = MachineParameters.named(name) else {
      let known = MachineParameters.all.map(\.name).joined(separator: ", ")
      throw .badValue(name, option: "machine", expected: known, command)
    }
    return machine
  }
}
