#!/usr/bin/env bash
# Gets the real servers that the tests of scale-out start and kill, and prints the environment that names them:
#   eval "$(test/integration/scale/up.sh DIR)"; npm test -- integration/scale integration/kafka integration/redis
# Apache Kafka comes from Maven Central into DIR/kafka (as jars, 46 MB), redis-server, Java and Maven from Debian's packages (root).
# Fails if one of them can't be had.
set -euo pipefail
dir=$(mkdir -p "${1:?folder}/kafka" && cd "$1" && pwd)
kafka=3.9.1 slf4j=1.7.36

packages=()
command -v redis-server > /dev/null || packages+=(redis-server)
command -v java > /dev/null || packages+=(openjdk-17-jre-headless)
if [ ! -e "$dir/kafka/kafka_2.13-$kafka.jar" ] && ! command -v mvn > /dev/null; then packages+=(maven); fi
if [ "${#packages[@]}" -gt 0 ]; then
  apt-get update -qq >&2
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${packages[@]}" >&2
fi

if [ ! -e "$dir/kafka/kafka_2.13-$kafka.jar" ]; then
  # What writes the log is left to the user of the jars: without slf4j-simple a broker that can't start would not say why.
  cat > "$dir/pom.xml" <<POM
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion><groupId>test</groupId><artifactId>kafka</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>$kafka</version></dependency>
    <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-simple</artifactId><version>$slf4j</version></dependency>
  </dependencies>
</project>
POM
  mvn --batch-mode --quiet -f "$dir/pom.xml" dependency:copy-dependencies -DincludeScope=runtime -DoutputDirectory="$dir/kafka" >&2
fi
[ -e "$dir/kafka/kafka_2.13-$kafka.jar" ] || { echo 'up.sh: Kafka is not there' >&2; exit 1; }

echo "export CIO_KAFKA_JARS=$dir/kafka CIO_REDIS_SERVER=$(command -v redis-server)"
