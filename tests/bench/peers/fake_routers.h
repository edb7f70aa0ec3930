// Many routers in one process of their own: they echo, prompt, and keep what they were configured with. As cheap as can
// be, so that the clients are what is measured. With a speed, each sits behind a UART: both directions take their time,
// and what arrives while the receive FIFO is full is lost.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace rollover::bench {

struct router_options {
    unsigned routers = 256;
    unsigned baud = 0;                ///< 0: as fast as the program
    unsigned fifo = 1U << 16U;        ///< characters
    unsigned busy_ms = 0;             ///< after each line, when nothing is taken from the FIFO
    double lost = 0;                  ///< probability of each character to get lost on the line
    std::vector<std::string> wanted;  ///< the lines of the configuration
};

struct router_report {
    unsigned right = 0;  ///< routers that have exactly the wanted lines
    double cpu_seconds = 0;
};

class fake_routers {
public:
    explicit fake_routers(const router_options& options);
    ~fake_routers();
    fake_routers(const fake_routers&) = delete;
    fake_routers& operator=(const fake_routers&) = delete;

    [[nodiscard]] std::uint16_t port() const { return port_; }  ///< each connection is a router of its own
    /// Ends the process and says what the routers have.
    [[nodiscard]] router_report report();

private:
    int child_ = -1;
    int answer_ = -1;
    int stop_ = -1;
    std::uint16_t port_ = 0;
};

}  // namespace rollover::bench
