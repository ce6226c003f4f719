@main
enum StoreCrash {
  static func main() {}
}
