# shellcheck shell=bash
# Finds Kafka's jars, which scripts/deps fetches once per user, and runs the programs in them.

# shellcheck disable=SC2154  # lib/common.sh sets root
kafka_version=$(sed -n 's:.*<kafka.version>\(.*\)</kafka.version>.*:\1:p' "$root/scripts/lib/kafka/pom.xml")
kafka_jars=${XDG_CACHE_HOME:-$HOME/.cache}/command-center/kafka-$kafka_version

# kafka_java [-OPTION…] CLASS ARGUMENT…: only warnings are logged, to stderr.
kafka_java() {
  java -Dorg.slf4j.simpleLogger.defaultLogLevel=warn -cp "$kafka_jars/*" "$@"
}

# A program that runs for a second or two is done before the optimising compiler pays off.
kafka_tool() {
  kafka_java -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xshare:auto "$@"
}
