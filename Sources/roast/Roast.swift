@main enum Roast { static func main() {} }
