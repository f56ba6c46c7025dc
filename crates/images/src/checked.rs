//! Whether a picture is whole. The answers for the last pictures are remembered by their digests:
//! whoever asks within a transaction gets one that was worked out before it.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use sha2::{Digest, Sha256};

use crate::decode::{caught, decoded, in_turn};
use crate::{Kind, Refusal};

/// So many answers are remembered.
const REMEMBERED: usize = 256;

type Answers = VecDeque<([u8; 32], Kind, Result<(), Refusal>)>;

static ANSWERS: Mutex<Answers> = Mutex::new(VecDeque::new());

/// Whether this is a picture of this kind, decoded to its end. Waits for its turn.
pub fn check(kind: Kind, bytes: &[u8]) -> Result<(), Refusal> {
    let digest: [u8; 32] = Sha256::digest(bytes).into();
    if let Some(answer) = remembered(kind, &digest) {
        return answer;
    }
    let answer = in_turn(|_| caught(|| decoded(kind, bytes).map(drop)));
    let mut answers = ANSWERS.lock().unwrap_or_else(PoisonError::into_inner);
    answers.truncate(REMEMBERED - 1);
    answers.push_front((digest, kind, answer));
    answer
}

fn remembered(kind: Kind, digest: &[u8; 32]) -> Option<Result<(), Refusal>> {
    let answers = ANSWERS.lock().unwrap_or_else(PoisonError::into_inner);
    let mut answers = answers.iter();
    let found = answers.find(|(of, as_kind, _)| of == digest && *as_kind == kind);
    found.map(|(_, _, answer)| *answer)
}
