/// What one client, and all of them, may take of the server.
public struct Limits: Sendable {
  /// The largest body; more is answered 413 at once.
  public var bodyBytes = 262_144
  /// The largest header; more is answered 431.
  public var headerBytes = 16_384
  /// The longest path and query; more is answered 414.
  public var targetBytes = 8192
  /// The most connections over TCP in all, and again over Unix sockets: who is far cannot shut out
  /// who is near.
  public var connections = 400
  /// The most connections of one address or one user.
  public var connectionsPerClient = 250
  /// How long a connection may lie idle between requests, and the longest an answer may take to be
  /// fetched.
  public var idleSeconds = 60.0
  /// How long a request may take to arrive whole: from connecting, then from its request line.
  public var requestSeconds = 10.0
  /// How long a later answer may take; then it is 503.
  public var answerSeconds = 30.0
  /// How many answers that take the disk one client may wait for at once, of each kind of work: as
  /// many as the connections that a browser makes. One more is 503.
  public var jobsPerClient = 6
  /// How many all clients may wait for.
  public var jobs = 64
  /// How many bytes of large answers may be under way to all clients, fetched or not. One more is
  /// 503.
  public var answerBytes = 32 << 20
  /// How many of them to one client.
  public var answerBytesPerClient = 8 << 20
  /// How often a silent stream says that it is alive.
  public var keepAliveSeconds = 10.0
  /// How many requests a second a client may go on making.
  public var requestsPerSecond = 50.0
  /// How many it may make at once.
  public var requestBurst = 200.0

  /// The limits that fit a machine at home.
  public init() {}
}
