"""Slices that repeat the picture before them, written straight into an H.264 stream (ITU-T H.264)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from svc_render.video.bits import START, Reader, aligned, byte_stream, nal, u, ue, units

__all__ = ["CannotSkip", "Skips"]

_SLICE, _IDR, _SPS, _PPS = 1, 5, 7, 8
_LONG_PROFILES = {100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135}


class CannotSkip(ValueError):
    """The stream needs other slices than those written here."""


@dataclass(frozen=True)
class Skips:
    """What the slices of one stream have in common, read from its parameter sets."""

    macroblocks: int
    """PicSizeInMbs."""
    pps: int
    """pic_parameter_set_id."""
    frame_num_bits: int
    """log2_max_frame_num."""
    order_bits: int
    """log2_max_pic_order_cnt_lsb; 0 when pictures are shown in the order of decoding (pic_order_cnt_type 2)."""
    field_order: bool
    """bottom_field_pic_order_in_frame_present_flag."""
    references: int
    """num_ref_idx_l0_default_active_minus1 + 1."""
    deblocking: bool
    """deblocking_filter_control_present_flag."""
    redundant: bool
    """redundant_pic_cnt_present_flag."""

    @classmethod
    def of_mp4(cls, record: bytes) -> Self:
        """From the AVCDecoderConfigurationRecord of an MP4 file (ISO 14496-15, 5.3.3.1). Raises CannotSkip."""
        # one SPS and one PPS: behind how many there are, each behind its size in two bytes
        end = 8 + int.from_bytes(record[6:8], "big")
        sizes = record[6:end] + record[end + 1 : end + 3 + int.from_bytes(record[end + 1 : end + 3], "big")]
        return cls.read(byte_stream(sizes, 2))

    @classmethod
    def read(cls, headers: bytes) -> Self:
        """
        From one SPS (7.3.2.1.1) and one PPS (7.3.2.2), as a byte stream.

        Raises CannotSkip.
        """
        sets = {kind: [unit[1:] for unit in units(headers) if unit[0] & 31 == kind] for kind in (_SPS, _PPS)}
        if [len(found) for found in sets.values()] != [1, 1]:
            raise CannotSkip("the stream does not have exactly one SPS and one PPS")
        try:
            return cls._parsed(Reader(sets[_SPS][0]), Reader(sets[_PPS][0]))
        except EOFError as error:
            raise CannotSkip(f"a parameter set is cut off: {error}") from error

    @classmethod
    def _parsed(cls, sps: Reader, pps: Reader) -> Self:
        profile = sps.u(8)
        sps.u(16)  # constraint flags, level_idc
        number = sps.ue()
        if profile in _LONG_PROFILES:
            _refuse(sps.ue() == 3 and sps.u(1), "separate_colour_plane_flag")
            sps.skip(2, 1)  # bit depths, qpprime_y_zero_transform_bypass_flag
            _refuse(sps.u(1), "seq_scaling_matrix_present_flag")
        frame_num_bits = sps.ue() + 4
        order = sps.ue()
        _refuse(order == 1, "pic_order_cnt_type 1")
        order_bits = sps.ue() + 4 if order == 0 else 0
        _refuse(sps.ue() == 0, "max_num_ref_frames 0")
        sps.u(1)  # gaps_in_frame_num_value_allowed_flag
        macroblocks = (sps.ue() + 1) * (sps.ue() + 1)
        _refuse(not sps.u(1), "frame_mbs_only_flag 0")

        own = pps.ue()
        _refuse(pps.ue() != number, "a PPS for another SPS")
        _refuse(pps.u(1), "entropy_coding_mode_flag 1")
        field_order = bool(pps.u(1))
        _refuse(pps.ue(), "several slice groups")
        references = pps.ue() + 1
        pps.ue()  # num_ref_idx_l1_default_active_minus1
        _refuse(pps.u(1), "weighted_pred_flag 1")
        pps.u(2)  # weighted_bipred_idc
        pps.skip(3)  # init_qp, init_qs, chroma_qp_index_offset
        deblocking, _constrained, redundant = pps.u(1), pps.u(1), pps.u(1)
        return cls(
            macroblocks, own, frame_num_bits, order_bits, field_order, references, bool(deblocking), bool(redundant)
        )

    def repeat(self, number: int) -> bytes:
        """
        The picture before it once more: a P slice (7.3.3) whose macroblocks are all skipped (7.3.4).

        number: pictures since the IDR picture, from 1. Each is a reference, so each counts in frame_num (7.4.3).
        P_Skip copies, as no vector is there to predict one from (8.4.1.1), and nothing is deblocked after it (8.7).
        """
        bits = u(2, 3) + u(_SLICE, 5)  # nal_ref_idc, nal_unit_type
        bits += ue(0) + ue(5) + ue(self.pps)  # first_mb_in_slice, slice_type P
        bits += u(number, self.frame_num_bits) + u(2 * number, self.order_bits)
        bits += ue(0) if self.order_bits and self.field_order else ""  # delta_pic_order_cnt_bottom
        bits += ue(0) if self.redundant else ""  # redundant_pic_cnt
        bits += "0" if self.references == 1 else "1" + ue(0)  # num_ref_idx_active_override_flag
        bits += "0" + "0" + ue(0)  # list as it is (7.3.3.1), sliding window (7.3.3.3), slice_qp_delta
        bits += ue(1) if self.deblocking else ""  # disable_deblocking_filter_idc
        bits += ue(self.macroblocks) + "1"  # mb_skip_run, rbsp_stop_one_bit
        return nal(aligned(bits + "0" * (-len(bits) % 8)))

    def still(self, encoded: bytes, identity: int) -> bytes:
        """
        The slices of an encoded IDR picture as a byte stream, with another idr_pic_id.

        identity: 0 to 15; IDR pictures next to each other need different ones (7.4.3).
        Raises CannotSkip when the encoder gave another kind of picture.
        """
        slices = [unit for unit in units(encoded) if unit[0] & 31 in {_SLICE, _IDR}]
        if not slices or any(unit[0] & 31 != _IDR for unit in slices):
            raise CannotSkip("the encoder gave no IDR picture")
        return b"".join(nal(self._identified(unit, identity)) for unit in slices)

    def apart(self, packet: bytes, identity: int) -> bytes:
        """As `still`, for a packet of an MP4 file."""
        found = self.still(byte_stream(packet, 4), identity).split(START)[1:]
        return b"".join(len(unit).to_bytes(4, "big") + unit for unit in found)

    def changed(self, encoded: bytes, number: int) -> bytes:
        """
        The slices of an encoded P picture as a byte stream, with the place in the stream that they really have.

        number: pictures since the IDR picture, from 1. Both fields that say so have a fixed length (7.3.3).
        Raises CannotSkip when the encoder gave another kind of picture.
        """
        slices = [unit for unit in units(encoded) if unit[0] & 31 in {_SLICE, _IDR}]
        if not slices or any(unit[0] & 31 != _SLICE for unit in slices):
            raise CannotSkip("the encoder gave no P picture")
        return b"".join(nal(self._placed(unit, number)) for unit in slices)

    def _placed(self, unit: bytes, number: int) -> bytes:
        head = Reader(unit[:32])
        head.u(8)
        head.skip(3)  # first_mb_in_slice, slice_type, pic_parameter_set_id
        place = u(number, self.frame_num_bits) + u(2 * number, self.order_bits)
        size = -(-(head.at + len(place)) // 8)
        bits = u(int.from_bytes(unit[:size], "big"), 8 * size)
        return aligned(bits[: head.at] + place + bits[head.at + len(place) :]) + unit[size:]

    def _identified(self, unit: bytes, identity: int) -> bytes:
        head = Reader(unit[:32])
        head.u(8)
        head.skip(3, self.frame_num_bits)  # first_mb_in_slice, slice_type, pic_parameter_set_id; frame_num
        before = head.at
        zeros = len(ue(head.ue())) // 2
        # A code with four more zeros is 8 bits longer: what follows keeps its place in the byte, as I_PCM needs.
        code = ue((16 << zeros) - 1 + identity)
        size = -(-head.at // 8)
        bits = u(int.from_bytes(unit[:size], "big"), 8 * size)
        return aligned(bits[:before] + code + bits[head.at :]) + unit[size:]


def _refuse(when: bool | int, what: str) -> None:
    if when:
        raise CannotSkip(f"the parameter sets have {what}")
