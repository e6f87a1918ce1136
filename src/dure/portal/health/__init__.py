"""What programs ask a server about itself: does it live, is it ready, what has it counted?"""
