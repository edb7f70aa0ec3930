#include "drivers/crossconnect/pcap_reader.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <fmt/format.h>

namespace rollover::crossconnect {

namespace {

constexpr std::size_t header_size = 24;
constexpr std::size_t record_size = 16;
constexpr std::uint32_t longest_frame = 262'144;
constexpr std::uint32_t microseconds_magic = 0xA1B2C3D4;
constexpr std::uint32_t nanoseconds_magic = 0xA1B23C4D;
constexpr std::uint32_t ethernet = 1;             // LINKTYPE_ETHERNET
constexpr std::uint32_t link_type_mask = 0xFFFF;  // above it: the length of frame check sequences
constexpr std::int64_t nanoseconds = 1'000'000'000;

std::uint32_t swapped(std::uint32_t n) {
    return (n >> 24U) | ((n >> 8U) & 0xFF00U) | ((n << 8U) & 0xFF0000U) | (n << 24U);
}

}  // namespace

std::uint32_t pcap_reader::number_at(std::size_t offset) const {
    std::uint32_t n = 0;
    std::memcpy(&n, waiting_.data() + offset, sizeof n);
    return swapped_ ? swapped(n) : n;
}

result<void> pcap_reader::read_header() {
    const std::uint32_t magic = number_at(0);
    swapped_ = magic == swapped(microseconds_magic) || magic == swapped(nanoseconds_magic);
    const std::uint32_t right = swapped_ ? swapped(magic) : magic;
    if (right != microseconds_magic && right != nanoseconds_magic) {
        return failure(errc::protocol, fmt::format("this is no capture: it begins with {:08x}", magic));
    }
    fraction_ = right == nanoseconds_magic ? 1 : 1000;
    const std::uint32_t type = number_at(20) & link_type_mask;
    if (type != ethernet) {
        return failure(errc::protocol, fmt::format("the capture is one of link type {}, not of Ethernet", type));
    }
    begun_ = true;
    return {};
}

result<std::vector<captured_frame>> pcap_reader::feed(std::string_view bytes) {
    waiting_.append(bytes);
    std::vector<captured_frame> frames;
    std::size_t at = 0;
    if (!begun_) {
        if (waiting_.size() < header_size) {
            return frames;
        }
        if (auto read = read_header(); !read) {
            return read.error();
        }
        at = header_size;
    }
    while (waiting_.size() - at >= record_size) {
        const std::uint32_t kept = number_at(at + 8);
        if (kept > longest_frame) {
            return failure(errc::protocol, fmt::format("a frame of {} bytes in the capture", kept));
        }
        if (waiting_.size() - at - record_size < kept) {
            break;
        }
        captured_frame one;
        one.when = std::int64_t{number_at(at)} * nanoseconds + std::int64_t{number_at(at + 4)} * fraction_;
        one.length = number_at(at + 12);
        one.bytes = waiting_.substr(at + record_size, kept);
        frames.push_back(std::move(one));
        at += record_size + kept;
    }
    waiting_.erase(0, at);
    return frames;
}

}  // namespace rollover::crossconnect
