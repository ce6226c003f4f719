/// What `roast --version` prints, and recordings name as their maker.
enum Version {
  static let number = "0.1.0"
  static let program = "roast \(number)"
}
