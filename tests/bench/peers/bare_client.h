// The floor: one epoll loop that types a line, waits for the prompt, types the next. It would not notice a lost
// character.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace rollover::bench {

/// Seconds until the slowest was done.
double bare_client(std::uint16_t port, unsigned routers, const std::vector<std::string>& lines);

}  // namespace rollover::bench
