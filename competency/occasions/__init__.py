"""Practice occasions: a place and a time where people practise, and somebody who may assess is there."""
