import Roaster

extension API {
  /// What comes next, and when to drop by the goals that are asked for: by the outlook as it was last told,
  /// so that nobody waits for the model.
  func outlook(_ parameters: Parameters) throws(APIError) -> HTTPResponse {
    let celsius = try parameters.number("drop_celsius", in: 50...400)
    let ratio = try parameters.number("development_ratio", in: 0.01...0.6)
    let outlook = live.now.outlook
    func time(of goal: DropGoal?) -> JSON {
      goal.map { (outlook?.dropTime($0) ?? .unknown(.noOutlook)).json } ?? .null
    }
    return .json(
      .object([
        ("outlook", outlook?.json ?? .null),
        ("drop_by_temperature", time(of: celsius.map { .bean(Celsius($0)) })),
        ("drop_by_development", time(of: ratio.map(DropGoal.developmentRatio))),
      ]))
  }
}
