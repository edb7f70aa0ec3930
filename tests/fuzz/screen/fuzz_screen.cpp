// Any bytes, in any pieces, with looks and takes in between: the screen stays within its bounds, and pieces do not
// matter.
#include "drivers/console/echo_machine.h"
#include "drivers/console/screen.h"

#include <cstdlib>

using rollover::console::echo_machine;
using rollover::console::screen;

namespace {

void require(bool promise) {
    if (!promise) {
        std::abort();
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    screen whole(64);
    screen pieces(64);
    echo_machine echo;
    const auto until_percent = [](std::string_view line) { return line.substr(0, line.find('%')); };
    echo.restart(pieces, size % 2 == 0 ? rollover::console::log_cutter() : until_percent);
    whole.feed(bytes);
    for (const char byte : bytes) {
        if (static_cast<unsigned char>(byte) % 8 == 1) {
            echo.typed(byte);
        }
        const auto did = pieces.feed(byte);
        echo.received(byte, did, pieces);
        require(echo.echoed() <= echo.line().size());
        require(echo.seen().size() <= 200);
        if (byte == '!') {
            (void)pieces.text();
        }
        require(pieces.before_cursor().size() <= screen::longest_line);
    }
    require(whole.text().lines.size() <= 64);
    require(whole.text().open_line.size() <= screen::longest_line);
    require(whole.text().received == size);
    require(whole.text().lines == pieces.text().lines);
    require(whole.text().open_line == pieces.text().open_line);
    const auto mark = whole.lines_ended();
    whole.feed(bytes);
    whole.forget_after(mark);
    const auto taken = whole.take(size % 2 == 0);
    require(whole.text().lines.empty());
    require(size % 2 != 0 || whole.text().open_line == taken.open_line);
    return 0;
}
