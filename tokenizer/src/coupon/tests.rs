//! The tree by its definition; that the contract builds the same one is shown by paying with it.

use super::*;

fn payees(count: u16) -> Vec<Payee> {
    (0..count)
        .map(|n| {
            let mut account = [0xaa; 20];
            account[18..].copy_from_slice(&n.to_be_bytes());
            Payee { account: WalletAddress(account), amount: u64::from(n) * 7 + 1, withheld: u64::from(n) }
        })
        .collect()
}

/// Climbs from a node to the root as the contract does: the bits of the place give the sides.
fn climb(mut node: [u8; 32], mut place: u32, proof: &[[u8; 32]]) -> [u8; 32] {
    for neighbour in proof {
        let pair = if place & 1 == 0 { [node, *neighbour] } else { [*neighbour, node] };
        node = Keccak256::digest(pair.concat()).into();
        place >>= 1;
    }
    node
}

#[test]
fn every_leaf_and_every_chunk_climbs_to_the_root() {
    for (count, leaf_depth) in [(1, 8), (255, 8), (256, 8), (257, 9), (600, 10), (1_025, 11)] {
        let payees = payees(count);
        let tree = CouponTree::build([9; 32], &payees).unwrap();
        for (payee, index) in payees.iter().zip(0..) {
            let proof = tree.leaf_proof(index).unwrap();
            assert_eq!(proof.len(), leaf_depth, "{count} payees");
            assert_eq!(climb(leaf(&[9; 32], index, payee), index, &proof), tree.root());
        }
        assert_eq!(tree.leaf_proof(u32::from(count)), None);
        for number in 0..tree.chunk_count() {
            let chunk = tree.chunk(number).unwrap();
            let mut leaves = vec![[0; 32]; CHUNK];
            for (slot, (payee, index)) in leaves.iter_mut().zip(chunk.payees.iter().zip(number * 256..)) {
                *slot = leaf(&[9; 32], index, payee);
            }
            let chunk_root = levels(leaves).last().unwrap()[0];
            assert_eq!(climb(chunk_root, number, &chunk.proof), tree.root(), "chunk {number} of {count}");
        }
        assert_eq!(tree.chunk(tree.chunk_count()), None);
    }
}

#[test]
fn a_leaf_is_the_double_hash_of_its_five_words() {
    let account: WalletAddress = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed".parse().unwrap();
    let mut words = [7_u8; 160];
    words[32..64].copy_from_slice(&{
        let mut word = [0; 32];
        word[31] = 3;
        word
    });
    words[64..76].fill(0);
    words[76..96].copy_from_slice(&account.0);
    words[96..160].fill(0);
    words[126..128].copy_from_slice(&[0x01, 0xf4]);
    words[159] = 25;
    let expected: [u8; 32] = Keccak256::digest(Keccak256::digest(words)).into();
    assert_eq!(leaf(&[7; 32], 3, &Payee { account, amount: 500, withheld: 25 }), expected);
}

#[test]
fn another_coupon_order_or_amount_is_another_root() {
    let list = payees(300);
    let root = |id: [u8; 32], list: &[Payee]| CouponTree::build(id, list).unwrap().root();
    let original = root([1; 32], &list);
    let mut swapped = list.clone();
    swapped.swap(0, 1);
    let mut dearer = list.clone();
    dearer[299].amount += 1;
    let mut taxed = list.clone();
    taxed[299].withheld += 1;
    assert_ne!(root([2; 32], &list), original);
    assert_ne!(root([1; 32], &swapped), original);
    assert_ne!(root([1; 32], &dearer), original);
    assert_ne!(root([1; 32], &taxed), original);
}

#[test]
fn what_no_coupon_can_have_is_refused() {
    let none = CouponTree::build([1; 32], &[]).unwrap_err();
    assert_eq!(none, CouponTreeError::Payees(0));
    let account = WalletAddress([1; 20]);
    let payee = |amount, withheld| Payee { account, amount, withheld };
    for rich in [vec![payee(u64::MAX, 0), payee(1, 0)], vec![payee(u64::MAX, 1)]] {
        assert_eq!(CouponTree::build([1; 32], &rich).unwrap_err(), CouponTreeError::Total);
    }
}
