// Another PostgreSQL cluster, into which a test restores a dump.
#pragma once

#include <string>

namespace command_center::e2e {

// Dumps a database of the current cluster into a file, as pg_dump does.
void dump(const std::string& database, const std::string& file);

// While it lives, everything that connects finds this cluster: it takes the place of the first one in the
// environment.
class SecondCluster {
 public:
  SecondCluster();
  ~SecondCluster();
  SecondCluster(const SecondCluster&) = delete;
  SecondCluster& operator=(const SecondCluster&) = delete;

  // Creates the database and restores the dump into it; throws when a single statement fails.
  static void restore(const std::string& database, const std::string& file);

 private:
  std::string directory_;
  std::string first_port_;
};

}  // namespace command_center::e2e
